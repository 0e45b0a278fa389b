using System.CommandLine;
using System.Globalization;
using Fog.Client.Sdk.Cli.Output;

namespace Fog.Client.Sdk.Cli.Verbs;

/// <summary><c>fog rollout start|status|pause|resume|abort</c></summary>
internal static class RolloutVerb
{
    public static Command Make(Terminal terminal) => new("rollout", "Bring a release to the site's devices, stage by stage.")
    {
        Start(terminal),
        Step(terminal, "status", "Show where it stands.", static (fog, cancel) => fog.RolloutAsync(cancel)),
        Step(terminal, "pause", "Offer nothing more for now.", static (fog, cancel) => fog.RolloutAsync(RolloutStep.Pause, cancel)),
        Step(terminal, "resume", "Go on, and have devices that failed try again.", static (fog, cancel) => fog.RolloutAsync(RolloutStep.Resume, cancel)),
        Step(terminal, "abort", "End it for good; devices that run the release go on running it.", static (fog, cancel) => fog.RolloutAsync(RolloutStep.Abort, cancel)),
    };

    private static Command Start(Terminal terminal)
    {
        var release = new Argument<string>("RELEASE") { Description = "Its name, as in esp32-1.2.3." };
        var stages = new Option<string>("--stages") { Description = "Growing shares of the devices.", HelpName = "SHARES", DefaultValueFactory = _ => "5%,25%,100%" };
        var success = new Option<string>("--success") { Description = "How many of the devices reached must confirm before the next stage.", HelpName = "SHARE", DefaultValueFactory = _ => "95%" };
        var pauseOn = new Option<int>("--pause-on") { Description = "Failures at which it pauses.", HelpName = "N", DefaultValueFactory = _ => 2 };
        var missed = new Option<int>("--missed-wakes") { Description = "Wakes in a row that a device may miss before it counts as missing.", HelpName = "N", DefaultValueFactory = _ => 3 };
        var command = new Command("start", "Begin with a release.") { release, stages, success, pauseOn, missed };
        command.SetAction(async (parsed, cancel) =>
        {
            var options = new RolloutOptions
            {
                StagesPermille = [.. parsed.GetValue(stages)!.Split(',').Select(Permille)],
                SuccessPermille = Permille(parsed.GetValue(success)!),
                PauseOn = parsed.GetValue(pauseOn),
                MissedWakesMax = parsed.GetValue(missed),
            };
            using var fog = await SharedOptions.Connect(parsed, cancel);
            Show(terminal, await fog.StartRolloutAsync(parsed.GetValue(release)!, options, cancel));
            return ExitCode.Success;
        });
        return command;
    }

    private static Command Step(Terminal terminal, string name, string description, Func<FogClient, CancellationToken, Task<RolloutInfo>> step)
    {
        var command = new Command(name, description);
        command.SetAction(async (parsed, cancel) =>
        {
            using var fog = await SharedOptions.Connect(parsed, cancel);
            Show(terminal, await step(fog, cancel));
            return ExitCode.Success;
        });
        return command;
    }

    private static void Show(Terminal terminal, RolloutInfo rollout)
    {
        if (terminal.Json)
        {
            terminal.Answer(rollout);
            return;
        }

        terminal.Table(
            ["rollout", rollout.Release],
            [
                ["phase", rollout.Halt is { } halt ? $"{rollout.Phase}: {Reason(halt)}" : rollout.Phase],
                ["stage", $"{rollout.Stage} of {rollout.StagesPermille.Count}: {Units.Percent(rollout.StagesPermille[rollout.Stage - 1] / 1000.0)}, {rollout.Quota} of {rollout.Devices} devices"],
                ["confirmed", $"{rollout.Confirmed}"],
                ["under way", $"{rollout.UnderWay}"],
                ["failed", $"{rollout.Failed}"],
                ["missing", $"{rollout.Missing}"],
                ["not eligible", $"{rollout.NotEligible}"],
                ["sent", string.Create(CultureInfo.InvariantCulture, $"{rollout.SentBytes} B")],
                .. rollout.Failures.Select(f => (string[])[f.Device, $"{f.Fault}, attempt {f.Attempt}"]),
            ]);
    }

    internal static string Reason(string halt) => halt switch
    {
        "byHand" => "by hand",
        "failures" => "devices failed",
        "successUnreachable" => "too few can still confirm",
        "releaseUnacceptable" => "no device can accept this release",
        _ => halt,
    };

    private static int Permille(string text) => Units.ParsePermille(text) ?? throw new CliException(CliError.Usage($"'{text}' is no share: use 0.1% to 100%."));
}
