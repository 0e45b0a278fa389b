using System.CommandLine;
using System.Globalization;
using Fog.Client.Sdk.Cli.Output;

namespace Fog.Client.Sdk.Cli.Verbs;

/// <summary><c>fog events [--after N] [--stream NAME] [--follow]</c></summary>
internal static class EventsVerb
{
    public static Command Make(Terminal terminal)
    {
        var after = new Option<long>("--after") { Description = "Only events with greater numbers.", HelpName = "N" };
        var follow = new Option<bool>("--follow") { Description = "Go on as it happens, until interrupted." };
        var stream = new Option<string?>("--stream") { Description = "Only what functions emit under this name.", HelpName = "NAME" };
        var command = new Command("events", "Print what happened at the site.") { after, stream, follow };
        command.SetAction(async (parsed, cancel) =>
        {
            using var fog = await SharedOptions.Connect(parsed, cancel);
            bool IsWanted(FogEvent happened) => parsed.GetValue(stream) is not { } name || (happened.Kind == FogEventKind.Emitted && happened.Stream == name);
            if (parsed.GetValue(follow))
            {
                await foreach (var happened in fog.FollowEventsAsync(parsed.GetValue(after), cancel))
                {
                    if (IsWanted(happened))
                    {
                        Print(terminal, happened);
                    }
                }

                return ExitCode.Success;
            }

            var events = (await fog.EventsAsync(parsed.GetValue(after), cancel)).Where(IsWanted).ToList();
            if (terminal.Json)
            {
                terminal.Answer(events);
                return ExitCode.Success;
            }

            foreach (var happened in events)
            {
                Print(terminal, happened);
            }

            if (events.Count == 0)
            {
                terminal.Line(
                    parsed.GetValue(stream) is { } name
                        ? $"Nothing was emitted under '{name}' yet: wait with --follow."
                        : "Nothing has happened yet: start devices with `fog fleet 7`, or wait with --follow.");
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static void Print(Terminal terminal, FogEvent happened)
    {
        if (terminal.Json)
        {
            terminal.AnswerLine(happened);
            return;
        }

        terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{happened.Number,6}  {happened.At:u}  {Sentence(happened)}"));
    }

    private static string Sentence(FogEvent happened) => happened.Kind switch
    {
        FogEventKind.DeviceJoined => $"{happened.Device} joined {happened.Cluster}",
        FogEventKind.DeviceOverdue => $"{happened.Device} of {happened.Cluster} is overdue",
        FogEventKind.DeviceLost => $"{happened.Device} of {happened.Cluster} is lost",
        FogEventKind.DeviceReturned => $"{happened.Device} of {happened.Cluster} is back",
        FogEventKind.LeaderElected => $"{happened.Device} leads {happened.Cluster} in term {happened.Term}",
        FogEventKind.CallAccepted => $"{happened.Function} was called: {happened.Call}",
        FogEventKind.CallDecided when happened.Outvoted is { } outvoted => $"{happened.Function} has its result, against {string.Join(' ', outvoted)}: {happened.Call}",
        FogEventKind.CallDecided => $"{happened.Function} has its result: {happened.Call}",
        FogEventKind.CallFailed => $"{happened.Function} failed with {happened.Error}: {happened.Call}",
        FogEventKind.RolloutStage => $"{happened.Release} goes to {Units.Percent((happened.StagePermille ?? 0) / 1000.0)} of the devices",
        FogEventKind.RolloutPaused => $"the rollout of {happened.Release} paused: {RolloutVerb.Reason(happened.Halt ?? "")}",
        FogEventKind.RolloutCompleted => $"the rollout of {happened.Release} is complete",
        FogEventKind.RolloutAborted => $"the rollout of {happened.Release} was aborted: {RolloutVerb.Reason(happened.Halt ?? "")}",
        FogEventKind.DeviceRateExceeded => $"{happened.Device} sent or connected too often and was put out",
        FogEventKind.Emitted => $"{happened.Function} emits {happened.Stream}: {Terminal.OneLine(happened.Text ?? "")}",
        FogEventKind.EffectRefused => $"{happened.Function} could not do what it wants with {happened.Stream}: {Terminal.OneLine(happened.Text ?? "")} ({happened.Error})",
        _ => $"{happened.Kind}",
    };
}
