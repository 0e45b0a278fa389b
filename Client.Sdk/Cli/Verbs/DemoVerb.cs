using System.CommandLine;
using System.Diagnostics;
using Fog.Client.Sdk.Cli.Demo;
using Fog.Client.Sdk.Cli.Output;
using Fog.Samples;

namespace Fog.Client.Sdk.Cli.Verbs;

/// <summary><c>fog demo</c></summary>
internal static class DemoVerb
{
    /// <summary>Mean currents of an ESP32, in ampere, of the reference's energy model: active, and in hibernation.</summary>
    private const double ActiveAmperes = 0.260, SleepAmperes = 2.5e-6;

    private static readonly string[] s_columns = ["function", "bit for bit", "votes for", "against", "missing", "time", "energy", "saved"];

    public static Command Make(Terminal terminal)
    {
        var command = new Command("demo", "Show it all: a silo, seven devices of which one lies and one crashes, sixteen functions. Exits with 0 only if all came out right.");
        command.SetAction((_, cancel) => Run(terminal, cancel));
        return command;
    }

    private static async Task<int> Run(Terminal terminal, CancellationToken cancel)
    {
        var watch = Stopwatch.StartNew();
        await using var demo = await DemoFog.Start(cancel);
        terminal.Line($"{At(watch)} a silo: HTTP {demo.Http}, MQTT {demo.Mqtt}");
        await demo.SwitchOn(cancel);
        terminal.Line($"{At(watch)} {DemoFog.DeviceCount} virtual ESP32s wake every {Units.Seconds(DemoFog.Period.TotalSeconds)} for {Units.Percent(DemoFog.DutyPermille / 1000.0)} of it; {demo.Liar} lies, {demo.Crasher} will crash");
        var run = new DemoRun(demo.Client, SampleFunctions.All);
        await run.Deploy(cancel);
        terminal.Line($"{At(watch)} {SampleFunctions.All.Length} functions compiled from C# and deployed; calling each with five seats");
        var rows = await DemoProgress.Show(terminal, SampleFunctions.All.Select(sample => sample.Name), report => run.Call(report, cancel));
        var again = await run.CallOn(async () => demo.Crashes > 0 && await demo.LiarVotes(cancel) > 0, cancel);
        var verdict = new DemoVerdict([.. rows, .. again], demo.Liar, await demo.LiarVotes(cancel), demo.Crasher, demo.Crashes);
        Show(terminal, verdict, watch.Elapsed);
        return verdict.Passed ? ExitCode.Success : ExitCode.Failed;
    }

    private static void Show(Terminal terminal, DemoVerdict verdict, TimeSpan took)
    {
        if (terminal.Json)
        {
            terminal.Answer(new { passed = verdict.Passed, verdict = verdict.Sentence, seconds = took.TotalSeconds, verdict.LiarVotes, verdict.Crashes, functions = verdict.Rows });
            return;
        }

        terminal.Table(s_columns, [.. verdict.Rows.Select(Row)]);
        terminal.Out.WriteLine($"Energy: of the seats that answered; saved against devices that never sleep. The reference's model, a mean of D × {ActiveAmperes * 1000:0} mA + (1 − D) × {SleepAmperes * 1e6:0.0} µA, "
            + $"saves {Units.Percent(1 - ModelShare(DemoFog.DutyPermille / 1000.0))} at a duty cycle D of {Units.Percent(DemoFog.DutyPermille / 1000.0)}.");
        terminal.Out.WriteLine($"{verdict.Sentence} {Units.Seconds(took.TotalSeconds)}.");
    }

    private static double ModelShare(double duty) => ((duty * ActiveAmperes) + ((1 - duty) * SleepAmperes)) / ActiveAmperes;

    private static string[] Row(DemoRow row) =>
    [
        row.Function,
        row.Error ?? (row.Equal ? "equal" : "NOT EQUAL"),
        $"{row.Votes.For}",
        $"{row.Votes.Against}",
        $"{row.Votes.Missing}",
        Units.Seconds(row.Took.TotalSeconds),
        Units.Joules(row.Joules),
        Units.Percent(row.Saved),
    ];

    private static string At(Stopwatch watch) => $"[{watch.Elapsed.TotalSeconds:0.0} s]";
}
