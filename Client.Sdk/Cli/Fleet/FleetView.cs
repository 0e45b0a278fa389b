using Fog.Client.Sdk.Cli.Output;
using Fog.Firmware.Virtual;
using Spectre.Console;

namespace Fog.Client.Sdk.Cli.Fleet;

/// <summary>Shows a fleet while it lives: a live table for a person, lines otherwise.</summary>
internal static class FleetView
{
    // Of the table beside its devices: borders, heads and the caption, which may wrap.
    private const int LinesAround = 7;

    private static readonly TimeSpan s_redraw = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_summary = TimeSpan.FromSeconds(10);

    /// <param name="live">Runs the fleet until it is stopped.</param>
    public static async Task Show(Terminal terminal, IEnumerable<string> devices, Func<Action<DeviceObservation>, Task> live)
    {
        var table = new FleetTable(devices);
        if (terminal.Interactive)
        {
            await terminal.Live.Live(Draw()).Overflow(VerticalOverflow.Ellipsis).StartAsync(context =>
                Until(live(table.Observe), s_redraw, () => context.UpdateTarget(Draw())));
        }
        else
        {
            await Until(live(Told), s_summary, () => terminal.Line(table.Summary()));
            table.Write(terminal);
        }

        Table Draw() => table.Draw(Math.Max(1, terminal.Live.Profile.Height - LinesAround));

        void Told(DeviceObservation seen)
        {
            table.Observe(seen);
            if (LineOf(seen) is { } line)
            {
                lock (table)
                {
                    terminal.Line(line);
                }
            }
        }
    }

    /// <summary>What devices do beside waking and sleeping.</summary>
    private static string? LineOf(DeviceObservation seen) => seen switch
    {
        DeviceFoundNoBroker lost => $"{lost.Node} found no broker",
        DeviceCrashed crashed => $"{crashed.Node} crashed",
        DeviceSuspendedTask suspended => $"{suspended.Node} used up its compute budget, {suspended.FuelUsed} units into a task, and goes on in its next wake",
        DeviceStartedFirmware started => $"{started.Node} runs firmware {started.Version >> 16}.{(started.Version >> 8) & 0xFF}.{started.Version & 0xFF}{(started.OnProbation ? ", on probation" : "")}",
        DeviceRanTask ran => $"{ran.Node} ran a task with {ran.FuelUsed} units of fuel",
        _ => null,
    };

    /// <summary>Shows it again and again until the fleet has ended, and once more then.</summary>
    private static async Task Until(Task fleet, TimeSpan every, Action show)
    {
        using var tick = new PeriodicTimer(every);
        while (await Task.WhenAny(fleet, tick.WaitForNextTickAsync().AsTask()) != fleet)
        {
            show();
        }

        await fleet;
        show();
    }
}
