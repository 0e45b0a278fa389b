using Fog.Client.Sdk.Cli.Output;
using Spectre.Console;

namespace Fog.Client.Sdk.Cli.Demo;

/// <summary>Shows the votes as they come: a bar a function for a person, a line a result otherwise.</summary>
internal static class DemoProgress
{
    public static async Task<T> Show<T>(Terminal terminal, IEnumerable<string> functions, Func<Action<InvocationInfo>, Task<T>> run)
    {
        if (!terminal.Interactive)
        {
            return await run(status => Line(terminal, status));
        }

        return await terminal.Live.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new ElapsedTimeColumn())
            .StartAsync(context =>
            {
                var bars = functions.ToDictionary(name => name, name => context.AddTask(Markup.Escape(name), maxValue: 1));
                return run(status => Move(bars[status.Function], status));
            });
    }

    private static void Line(Terminal terminal, InvocationInfo status)
    {
        if (status.Outcome is { } outcome)
        {
            terminal.Line($"{status.Function}: {outcome.Error ?? "a majority agrees"} ({status.Tally.For} for, {status.Tally.Against} against, {status.Tally.Missing} missing)");
        }
    }

    private static void Move(ProgressTask bar, InvocationInfo status)
    {
        bar.MaxValue = (status.Tally.Seats / 2) + 1;
        bar.Value = status.Phase == InvocationPhase.Completed ? bar.MaxValue : Math.Min(status.Tally.For, bar.MaxValue);
        bar.Description = Markup.Escape($"{status.Function} {status.Tally.For}/{status.Tally.Against}/{status.Tally.Missing}");
        if (status.Phase != InvocationPhase.Running)
        {
            bar.StopTask();
        }
    }
}
