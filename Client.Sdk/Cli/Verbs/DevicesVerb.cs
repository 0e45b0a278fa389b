using System.CommandLine;
using Fog.Client.Sdk.Cli.Output;

namespace Fog.Client.Sdk.Cli.Verbs;

/// <summary><c>fog devices [NAME]</c></summary>
internal static class DevicesVerb
{
    private static readonly string[] s_columns = ["device", "cluster", "presence", "period", "duty", "votes for", "against"];

    public static Command Make(Terminal terminal)
    {
        var name = new Argument<string?>("NAME") { Description = "Show this one in full.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("devices", "List the devices, or show one.") { name };
        command.SetAction(async (parsed, cancel) =>
        {
            using var fog = await SharedOptions.Connect(parsed, cancel);
            if (parsed.GetValue(name) is { } one)
            {
                Show(terminal, await fog.DeviceAsync(one, cancel));
            }
            else
            {
                List(terminal, await fog.DevicesAsync(cancel));
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static void List(Terminal terminal, IReadOnlyList<DeviceInfo> devices)
    {
        if (terminal.Json)
        {
            terminal.Answer(devices);
        }
        else if (devices.Count == 0)
        {
            terminal.Line("No device is enrolled: start virtual ones with `fog fleet 7`.");
        }
        else
        {
            terminal.Table(s_columns, [.. devices.Select(Row)]);
        }
    }

    private static string[] Row(DeviceInfo device) =>
    [
        device.Leader ? $"{device.Name} (leader)" : device.Name,
        device.Cluster ?? "-",
        device.Revoked ? "revoked" : device.Presence ?? "enrolled",
        device.PeriodSeconds is { } period ? Units.Seconds(period) : "-",
        device.DutyPercent is { } duty ? Units.Percent(duty / 100) : "-",
        $"{device.VotesFor}",
        $"{device.VotesAgainst}",
    ];

    private static void Show(Terminal terminal, DeviceDetail device)
    {
        if (terminal.Json)
        {
            terminal.Answer(device);
            return;
        }

        terminal.Table(
            ["device", device.Name],
            [
                ["cluster", device.Cluster is null ? "-" : device.Leader ? $"{device.Cluster} (leader)" : device.Cluster],
                ["presence", device.Presence],
                ["duty cycle", $"{Units.Percent(device.DutyPercent / 100)} of {Units.Seconds(device.PeriodSeconds)}"],
                ["firmware", device.Firmware],
                ["battery", $"{device.BatteryMillivolts} mV"],
                ["last seen", device.LastSeen?.ToString("u") ?? "-"],
                ["next wake", device.NextWake?.ToString("u") ?? "-"],
                ["mail waiting", $"{device.Mail}"],
                ["energy", $"{Units.Joules(device.Joules)} in {Units.Seconds(device.ObservedSeconds)} (always on: {Units.Joules(device.AlwaysOnJoules)})"],
            ]);
    }
}
