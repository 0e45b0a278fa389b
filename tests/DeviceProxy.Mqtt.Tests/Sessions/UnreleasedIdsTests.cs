using Fog.DeviceProxy.Mqtt.Sessions;

namespace Fog.DeviceProxy.Mqtt.Tests.Sessions;

public class UnreleasedIdsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(ushort.MaxValue)]
    public void An_identifier_is_new_until_it_is_added_and_after_it_is_released(ushort id) // MQTT-4.3.3-2
    {
        var ids = new UnreleasedIds();
        ids.Release(id);
        Assert.True(ids.Add(id));
        Assert.False(ids.Add(id));
        Assert.True(ids.Add((ushort)(id - 1)));
        ids.Release(id);
        Assert.True(ids.Add(id));
        Assert.False(ids.Add((ushort)(id - 1)));
        ids.Clear();
        Assert.True(ids.Add(id));
    }
}
