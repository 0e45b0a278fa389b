using Fog.DeviceProxy.Proxy.Sessions;
using Fog.Engine.Hosting;

namespace Fog.DeviceProxy.Proxy.Tests.Sessions;

public class EpochSourceTests
{
    [Fact]
    public void An_epoch_is_the_time_in_microseconds_since_1970()
    {
        var clock = new ManualClock(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMicroseconds(7));
        Assert.Equal(1_767_225_600_000_007, new EpochSource(clock).Next());
    }

    [Fact]
    public void Epochs_grow_while_the_clock_stands_still_and_catch_up_when_it_moves()
    {
        var clock = new ManualClock(DateTimeOffset.UnixEpoch);
        var epochs = new EpochSource(clock);
        Assert.Equal([1L, 2L, 3L], [epochs.Next(), epochs.Next(), epochs.Next()]);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal([1000L, 1001L], [epochs.Next(), epochs.Next()]);
    }
}
