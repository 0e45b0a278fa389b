using Fog.Firmware.Logic;

namespace Fog.Firmware.Logic.Tests;

public class SlotSizeTests
{
    private const int SlotBytes = 32 * 1024;

    [Fact]
    public void The_agent_fits_a_slot()
    {
        int bytes = SlotSize.Of(typeof(Agent).Assembly.Location);
        Assert.True(bytes <= SlotBytes, $"Firmware/Logic takes up to {bytes} bytes of a slot of {SlotBytes}.");
        Assert.True(bytes > SlotBytes / 4, $"{bytes} bytes: the estimate misses something.");
    }
}
