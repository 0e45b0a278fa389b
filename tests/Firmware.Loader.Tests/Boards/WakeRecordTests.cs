using Fog.Firmware.Loader.Boards;
using Fog.Firmware.Logic.Tests;

namespace Fog.Firmware.Loader.Tests.Boards;

public class WakeRecordTests
{
    private readonly MemoryFlash flash = new();

    [Fact]
    public void A_new_board_knows_nothing()
    {
        var record = new WakeRecord(flash);
        Assert.Equal((false, 0L), (record.EndedOtherwise, record.ClockMicros));
        Assert.Null(record.State);
    }

    [Fact]
    public void State_and_clock_go_on_over_sleep()
    {
        var wake = new WakeRecord(flash);
        wake.Begin(10);
        wake.Keep([1, 2, 3], 20);
        wake.End(1_000_000);

        var next = new WakeRecord(flash);
        Assert.Equal((false, 1_000_000L), (next.EndedOtherwise, next.ClockMicros));
        Assert.Equal([1, 2, 3], next.State);
    }

    [Fact]
    public void A_wake_that_began_and_did_not_end_is_told()
    {
        var wake = new WakeRecord(flash);
        wake.Keep([1], 20);
        wake.End(1000);
        new WakeRecord(flash).Begin(1000);

        var next = new WakeRecord(flash);
        Assert.True(next.EndedOtherwise);
        Assert.Equal(1000, next.ClockMicros);
        Assert.Equal([1], next.State);
    }

    [Fact]
    public void Every_wake_has_another_count_of_writes()
    {
        var seen = new HashSet<uint>();
        for (var i = 0; i < 5; i++)
        {
            var wake = new WakeRecord(flash);
            wake.Begin(0);
            Assert.True(seen.Add(wake.Writes));
        }
    }
}
