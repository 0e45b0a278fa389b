using Fog.Firmware.Logic.Protocol;
using Fog.Firmware.Logic.Tests;
using Fog.Firmware.Virtual.Boards;

namespace Fog.Firmware.Virtual.Tests.Boards;

/// <summary>Every number of a board shows in what its device does.</summary>
public class BoardTests
{
    [Theory]
    [InlineData(800, false)]
    [InlineData(100 * 1024, true)]
    public async Task A_function_has_the_heap_that_the_firmware_leaves(int heapBytes, bool fits)
    {
        await using var fog = await FogOnBroker.StartAsync();
        fog["esp-1"].Add(SampleFunctions.CountTo(1000, 1));

        await fog.RunAsync(
            fog.Device("esp-1") with { Board = Board.Ideal with { HeapBytes = heapBytes, FirmwareHeapBytes = 500 } },
            "a result arrived",
            () => fog["esp-1"].Results.Any());

        var result = fog["esp-1"].Results.First();
        Assert.Equal(fits ? 0 : (int)RunFailure.TooLargeForHeap, result.Reason);
        Assert.Equal((uint)(heapBytes - 500), fog["esp-1"].Received.OfType<HelloMessage>().First().HeapFreeBytes);
    }

    [Fact]
    public async Task Writing_to_flash_takes_its_time_and_wears()
    {
        await using var fog = await FogOnBroker.StartAsync();
        fog["esp-1"].Add(SampleFunctions.CountTo(1000, 1));

        await fog.RunAsync(
            fog.Device("esp-1") with { Board = Board.Ideal with { SectorErase = TimeSpan.FromMilliseconds(120) } },
            "it slept",
            () => fog.Observations.OfType<DeviceSlept>().Any());

        // Its image and its result, each a sector; a result leaves when it is written.
        var (woke, slept) = (fog.Observations.OfType<DeviceWoke>().First(), fog.Observations.OfType<DeviceSlept>().First());
        Assert.InRange(slept.Wear.FlashErases, 2, 6);
        Assert.True(slept.At - woke.At >= 2 * TimeSpan.FromMilliseconds(120));
        Assert.Equal(0, slept.Wear.SectorsWornOut);
    }

    [Theory]
    [InlineData(8192, false)]
    [InlineData(0, true)]
    public async Task A_brown_out_empties_RTC_memory_but_not_flash(int rtcMemoryBytes, bool isKnown)
    {
        await using var fog = await FogOnBroker.StartAsync();
        fog["esp-1"].Add(SampleFunctions.CountTo(1000, 1));
        var device = fog.Make(fog.Device("esp-1") with { Board = Board.Ideal with { RtcMemoryBytes = rtcMemoryBytes } });
        var hellos = () => fog["esp-1"].Received.OfType<HelloMessage>().ToArray();

        var running = fog.RunAsync([device], "it is back", () => hellos().Any(h => h.WakeCause == (int)WakeCause.PowerOn && h != hellos()[0]));
        await fog.Until("it slept", () => fog.Observations.OfType<DeviceSlept>().Any());
        device.Interrupt(losesMemory: true, TimeSpan.FromMilliseconds(50));
        await running;

        var back = hellos().Skip(1).First(h => h.WakeCause == (int)WakeCause.PowerOn);
        Assert.Equal(isKnown ? 1 : 0, back.CachedImages.Length);
    }

    [Fact]
    public async Task A_clock_drifts_by_what_its_seed_gives_it_of_the_boards()
    {
        // One that runs slow by most of it, and so wakes late.
        const double Drift = 300_000;
        await using var fog = await FogOnBroker.StartAsync();
        var slow = Enumerable.Range(1, 1000).Select(seed => (ulong)seed).First(seed => new SeededEntropy(FogOnBroker.KeyOf("esp-1"), seed).Lean() < -0.9);

        await fog.RunAsync(
            fog.Device("esp-1") with { Board = Board.Ideal with { ClockDriftPpmMax = Drift }, Seed = slow },
            "it reported its clock twice",
            () => fog["esp-1"].Received.OfType<HelloMessage>().Count() == 4);

        Assert.All(fog["esp-1"].Received.OfType<HelloMessage>().Skip(2), h => Assert.InRange(h.ClockErrorMillis, 60, 5_000));
    }

    [Fact]
    public void Drifts_are_spread_over_both_sides()
    {
        var leans = Enumerable.Range(0, 1000).Select(seed => new SeededEntropy(new byte[32], (ulong)seed).Lean()).ToArray();
        Assert.All(leans, lean => Assert.InRange(lean, -1, 1));
        Assert.InRange(leans.Average(), -0.1, 0.1);
        Assert.Contains(leans, lean => lean < -0.9);
        Assert.Contains(leans, lean => lean > 0.9);
    }

    [Fact]
    public async Task Its_currents_come_to_the_energy_that_it_reports()
    {
        await using var fog = await FogOnBroker.StartAsync();
        var thrifty = fog.Device("thrifty");
        var wasteful = fog.Device("wasteful") with { Board = Board.Ideal with { SupplyVolts = 3.3 * 1000 } };

        await fog.RunAsync(
            [fog.Make(thrifty), fog.Make(wasteful)],
            "both slept twice",
            () => fog.Observations.OfType<DeviceSlept>().GroupBy(s => s.Node).Count(g => g.Count() >= 2) == 2);

        var wears = fog.Observations.OfType<DeviceSlept>().ToLookup(s => s.Node, s => s.Wear);
        Assert.All(wears, wear => Assert.True(wear.ElementAt(0).Joules > 0 && wear.ElementAt(1).Joules > wear.ElementAt(0).Joules));

        // Awake for the same quarter of a second, give or take what the host does in between.
        Assert.True(wears["wasteful"].First().Joules > 10 * wears["thrifty"].First().Joules);
    }

    [Fact]
    public void Speeds_are_of_the_table()
    {
        Assert.Equal([170_000, 210_000], Calibration.Table.Select(row => row.FuelPerSecond));
        Assert.Equal(Calibration.Esp32.FuelPerSecond, Board.Esp32.FuelPerSecond);
        Assert.Equal(Calibration.Esp32S3.FuelPerSecond, Board.Esp32S3.FuelPerSecond);
        Assert.Equal(Board.All.Count, Board.All.Select(board => board.Name).Distinct().Count());
    }

    public static TheoryData<string> Impossible() => [.. Boards.Keys];

    private static Dictionary<string, Board> Boards { get; } = new()
    {
        ["no fuel"] = Board.Esp32 with { FuelPerSecond = 0 },
        ["no heap left"] = Board.Esp32 with { HeapBytes = 38 * 1024 },
        ["negative firmware"] = Board.Esp32 with { FirmwareHeapBytes = -1 },
        ["no sector"] = Board.Esp32 with { FlashBytes = 4095 },
        ["negative RTC memory"] = Board.Esp32 with { RtcMemoryBytes = -1 },
        ["no cycles"] = Board.Esp32 with { EraseCyclesMax = 0 },
        ["erased before"] = Board.Esp32 with { SectorErase = TimeSpan.FromTicks(-1) },
        ["programmed before"] = Board.Esp32 with { PageProgram = TimeSpan.FromTicks(-1) },
        ["associated before"] = Board.Esp32 with { Association = TimeSpan.FromTicks(-1) },
        ["idle above busy"] = Board.Esp32 with { CpuIdleMilliamps = 69 },
        ["listening above sending"] = Board.Esp32 with { ListenMilliamps = 241 },
        ["a current that is none"] = Board.Esp32 with { DeepSleepMilliamps = double.NaN },
        ["a radio that never sends"] = Board.Esp32 with { TransmitBitsPerSecond = 0 },
        ["a clock that stands"] = Board.Esp32 with { ClockDriftPpmMax = 1e6 },
    };

    [Theory]
    [MemberData(nameof(Impossible))]
    public void What_no_board_can_be_is_refused_by_its_name(string board)
    {
        var options = new VirtualDeviceOptions { Site = "lab", Node = "a", Key = new byte[32], Broker = Brokers.Tcp("127.0.0.1", 1), Seed = 1, Board = Boards[board] };
        Assert.Contains("esp32", Assert.Throws<ArgumentException>(() => new VirtualDevice(options, TimeProvider.System)).Message, StringComparison.Ordinal);
    }
}
