using static Fog.DeviceProxy.Mqtt.Tests.Texts;

namespace Fog.DeviceProxy.Mqtt.Tests.EndToEnd;

/// <summary>Client and broker over real sockets.</summary>
public class LoopbackTests
{
    [Theory]
    [InlineData(QualityOfService.AtMostOnce)]
    [InlineData(QualityOfService.AtLeastOnce)]
    [InlineData(QualityOfService.ExactlyOnce)]
    public async Task A_message_travels_from_client_to_client_in_order(QualityOfService qos)
    {
        await using var broker = await ListeningBroker.StartAsync();
        var inbox = new Inbox();
        await using var subscriber = await broker.ConnectAsync("subscriber", inbox);
        await using var publisher = await broker.ConnectAsync("publisher");
        Assert.Equal(qos, await subscriber.SubscribeAsync("a/+", qos));

        for (var i = 0; i < 200; i++)
            await publisher.PublishAsync(Message("a/b", $"{i}", qos));

        for (var i = 0; i < 200; i++)
        {
            var message = await inbox.NextAsync("a/b");
            Assert.Equal($"{i}", message.Text());
            Assert.Equal(qos, message.Qos);
        }
    }

    [Fact]
    public async Task An_in_process_connection_and_a_client_talk_both_ways()
    {
        await using var broker = await ListeningBroker.StartAsync();
        var deviceInbox = new Inbox();
        var proxyInbox = new Inbox();
        await using var device = await broker.ConnectAsync("device", deviceInbox, clean: false);
        await using var proxy = broker.Broker.ConnectLocal("proxy", proxyInbox.ReceiveAsync);
        await proxy.SubscribeAsync("fog/+/n/+/up", QualityOfService.AtLeastOnce);
        await device.SubscribeAsync("fog/s/n/1/down", QualityOfService.AtLeastOnce);

        await device.PublishAsync(Message("fog/s/n/1/up", "hello"));
        Assert.Equal("hello", await proxyInbox.NextTextAsync("fog/s/n/1/up"));
        await proxy.PublishAsync(Message("fog/s/n/1/down", "welcome"));
        Assert.Equal("welcome", await deviceInbox.NextTextAsync("fog/s/n/1/down"));
    }
}
