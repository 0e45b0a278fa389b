using Fog.Grains.Interfaces.Ids;

namespace Fog.DeviceProxy.Proxy.Tests;

public class TopicsTests
{
    [Theory]
    [InlineData("fog/home/n/esp-7/up", false)]
    [InlineData("fog/home/n/esp-7/will", true)]
    public void A_device_speaks_on_two_topics(string topic, bool will)
    {
        Assert.True(Topics.TryParse(topic, out var node, out bool isWill));
        Assert.Equal(new NodeId("home", "esp-7"), node);
        Assert.Equal(will, isWill);
    }

    [Theory]
    [InlineData("")]
    [InlineData("up")]
    [InlineData("fog/home/n/esp-7/down")]
    [InlineData("fog/home/n/esp-7")]
    [InlineData("fog/home/n/esp-7/up/")]
    [InlineData("fog/home/c/esp-7/up")]
    [InlineData("/fog/home/n/esp-7/up")]
    [InlineData("fog//n/esp-7/up")]
    [InlineData("fog/home/n//up")]
    [InlineData("fog/Home/n/esp-7/up")]
    [InlineData("fog/home/n/esp_7/up")]
    [InlineData("fog/home/n/esp-7-with-a-name-of-33-letters-xx/up")]
    public void Other_topics_are_foreign(string topic) => Assert.False(Topics.TryParse(topic, out _, out _));
}
