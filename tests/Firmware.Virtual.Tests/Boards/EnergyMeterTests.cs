using Fog.Firmware.Virtual.Boards;

namespace Fog.Firmware.Virtual.Tests.Boards;

public class EnergyMeterTests
{
    private static readonly Board Board = new()
    {
        SupplyVolts = 2, DeepSleepMilliamps = 1, CpuIdleMilliamps = 10, CpuBusyMilliamps = 30, ListenMilliamps = 100, TransmitMilliamps = 300, FlashWriteMilliamps = 5,
        TransmitBitsPerSecond = 8,
    };

    /// <summary>mA that flow in each state.</summary>
    public static TheoryData<string, double> States() => new()
    {
        { "asleep", 1 },
        { "awake", 10 },
        { "busy", 30 },
        { "radio", 100 },
        { "radio busy", 120 },
        { "writing", 15 },
    };

    [Theory]
    [MemberData(nameof(States))]
    public void Each_state_draws_its_current(string state, double milliamps)
    {
        var clock = new Clock();
        var meter = new EnergyMeter(Board, clock)
        {
            Awake = state != "asleep",
            Radio = state.Contains("radio", StringComparison.Ordinal),
            Busy = state.Contains("busy", StringComparison.Ordinal),
            WritesFlash = state == "writing",
        };
        clock.Seconds = 60;
        Assert.Equal(milliamps / 60, meter.MilliampHours, 9);
        Assert.Equal(milliamps * 60 * 2 / 1000, meter.Joules, 9);
    }

    [Fact]
    public void Sending_costs_its_time_on_the_air()
    {
        var meter = new EnergyMeter(Board, new Clock());
        meter.Send(50);
        Assert.Equal(200 * 150.0 / 3600, meter.MilliampHours, 9);
    }

    [Fact]
    public void Without_power_for_the_CPU_only_deep_sleep_draws()
    {
        var clock = new Clock();
        var meter = new EnergyMeter(Board, clock) { Awake = true, Radio = true, Busy = true, WritesFlash = true };
        meter.SwitchOff();
        clock.Seconds = 3600;
        Assert.Equal(1, meter.MilliampHours, 9);
    }

    [Fact]
    public void A_battery_falls_by_what_was_drawn()
    {
        var battery = new VirtualBattery(2500);
        Assert.Equal([4200, 3600, 3000, 3000], new[] { 0.0, 1250, 2500, 9999 }.Select(battery.Millivolts));
    }

    private sealed class Clock : TimeProvider
    {
        public long Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }
}
