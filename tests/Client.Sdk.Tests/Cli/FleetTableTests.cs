using Fog.Client.Sdk.Cli.Fleet;
using Fog.Client.Sdk.Cli.Output;
using Fog.Firmware.Logic.Protocol;
using Fog.Firmware.Virtual;
using Spectre.Console;

namespace Fog.Client.Sdk.Tests.Cli;

public sealed class FleetTableTests
{
    private static readonly DateTimeOffset s_at = DateTimeOffset.UnixEpoch;
    private readonly FleetTable _table = new(["esp-1", "esp-2", "esp-3"]);

    [Fact]
    public void Each_device_is_a_row_with_what_it_did_and_used_up()
    {
        Tell(new DeviceWoke("esp-1", s_at, WakeCause.PowerOn), new DeviceConnected("esp-1", s_at), new DeviceRanTask("esp-1", s_at, 9, Lied: false));
        Tell(Slept("esp-1"), new DeviceWoke("esp-1", s_at, WakeCause.Timer), new DeviceWoke("esp-2", s_at, WakeCause.PowerOn));

        var written = new StringWriter { NewLine = "\n" };
        _table.Write(new Terminal(written, TextWriter.Null, interactive: false));

        Assert.Equal(
            """
            device  state       wakes  tasks  energy  battery  flash erases  firmware
            esp-1   connecting  2      1      1.50 J  3999 mV  7             1.2.3
            esp-2   connecting  1      0      -       -        -             -
            esp-3   off         0      0      -       -        -             -

            """,
            written.ToString());
        Assert.Equal("2 connecting, 1 off; 3 wakes, 1 tasks, 1.50 J", _table.Summary());
    }

    [Fact]
    public void States_follow_what_is_observed()
    {
        var woke = new DeviceWoke("esp-1", s_at, WakeCause.PowerOn);
        Assert.Equal("awake", State(woke, new DeviceConnected("esp-1", s_at)));
        Assert.Equal("asleep", State(Slept("esp-1")));
        Assert.Equal("no broker", State(woke, new DeviceFoundNoBroker("esp-1", s_at)));
        Assert.Equal("no broker", State(Slept("esp-1")));
        Assert.Equal("down", State(woke, new DeviceCrashed("esp-1", s_at, TimeSpan.FromSeconds(1))));
        Assert.Equal("dead", State(woke, new DeviceCrashed("esp-1", s_at, BackAfter: null)));
    }

    [Fact]
    public void Devices_that_there_is_no_room_for_are_summed_up()
    {
        var drawn = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(drawn) });
        console.Profile.Width = 120;

        console.Write(_table.Draw(rowsMax: 2));

        Assert.Contains("esp-2", drawn.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("esp-3", drawn.ToString(), StringComparison.Ordinal);
        Assert.Contains("and 1 more devices. All: 3 off; 0 wakes, 0 tasks, 0 mJ", drawn.ToString(), StringComparison.Ordinal);
    }

    private static DeviceSlept Slept(string node) =>
        new(node, s_at, TimeSpan.FromSeconds(1), 0) { Wear = new DeviceWear(1.5, 3999, 7, 0, 0x010203) };

    private string State(params DeviceObservation[] seen)
    {
        Tell(seen);
        return _table.Summary().Split(';')[0].Split(", ").Single(part => !part.EndsWith(" off", StringComparison.Ordinal))[2..];
    }

    private void Tell(params DeviceObservation[] seen)
    {
        foreach (var observation in seen)
        {
            _table.Observe(observation);
        }
    }
}
