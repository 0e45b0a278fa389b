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

    [Fact]
    public async Task A_device_that_drops_off_leaves_its_will_and_finds_its_mail_when_it_returns()
    {
        await using var broker = await ListeningBroker.StartAsync();
        var proxyInbox = new Inbox();
        await using var proxy = broker.Broker.ConnectLocal("proxy", proxyInbox.ReceiveAsync);
        await proxy.SubscribeAsync("fog/s/n/+/will", QualityOfService.AtLeastOnce);
        var inbox = new Inbox();
        var device = await broker.ConnectAsync("device", inbox, clean: false, will: Message("fog/s/n/1/will", "gone"));
        await device.SubscribeAsync("fog/s/n/1/down", QualityOfService.AtLeastOnce);
        device.Abort();
        Assert.Equal("gone", await proxyInbox.NextTextAsync("fog/s/n/1/will"));
        await proxy.PublishAsync(Message("fog/s/n/1/down", "mail"));

        await using var again = await broker.ConnectAsync("device", inbox, clean: false);
        Assert.True(again.SessionPresent);
        Assert.Equal("mail", await inbox.NextTextAsync("fog/s/n/1/down"));
    }

    [Fact]
    public async Task A_device_that_leaves_in_order_leaves_no_will()
    {
        await using var broker = await ListeningBroker.StartAsync();
        var inbox = new Inbox();
        await using var proxy = broker.Broker.ConnectLocal("proxy", inbox.ReceiveAsync);
        await proxy.SubscribeAsync("#", QualityOfService.AtLeastOnce);
        for (var i = 0; i < 20; i++)
        {
            var device = await broker.ConnectAsync("device", will: Message("will", "gone"));
            await device.DisposeAsync();
        }

        await proxy.PublishAsync(Message("end", ""));
        await inbox.NextAsync("end");
    }

    [Fact]
    public async Task A_takeover_is_seen_by_the_first_client()
    {
        await using var broker = await ListeningBroker.StartAsync();
        var first = await broker.ConnectAsync("device");
        await using var second = await broker.ConnectAsync("device");
        var closure = await Patience.Await(first.Closed, "end of the first connection");
        Assert.Contains(closure.End, new[] { MqttEnd.EndOfStream, MqttEnd.TransportFailed });
    }

    [Fact]
    public async Task A_refused_connection_is_told_why()
    {
        await using var broker = await ListeningBroker.StartAsync(new MqttLimits { ClientIdBytesMax = 30 });
        var refused = await Assert.ThrowsAsync<MqttException>(() => broker.ConnectAsync(new string('x', 31)));
        Assert.Equal(ConnectReturnCode.IdentifierRejected, refused.ReturnCode);
    }

    [Fact]
    public async Task Where_nobody_listens_is_unreachable()
    {
        var broker = await ListeningBroker.StartAsync();
        await broker.DisposeAsync();
        var unreachable = await Assert.ThrowsAsync<MqttException>(() => broker.ConnectAsync("a"));
        Assert.Equal(MqttFailure.Unreachable, unreachable.Failure);
    }

    [Fact]
    public async Task A_stopped_broker_ends_its_clients()
    {
        var broker = await ListeningBroker.StartAsync();
        var client = await broker.ConnectAsync("a");
        await broker.DisposeAsync();
        await Patience.Await(client.Closed, "end of the client");
    }

    [Fact]
    public async Task A_message_of_a_megabyte_passes_and_one_byte_more_ends_the_connection()
    {
        await using var broker = await ListeningBroker.StartAsync(new MqttLimits { PacketBytesMax = 1_000_000 });
        var inbox = new Inbox();
        await using var client = await broker.ConnectAsync("a", inbox);
        await client.SubscribeAsync("t", QualityOfService.AtLeastOnce);
        var payload = new byte[1_000_000 - 5];
        new Random(1).NextBytes(payload);
        await client.PublishAsync(new MqttMessage("t", payload));
        Assert.True((await inbox.NextAsync("t")).Payload.Span.SequenceEqual(payload));
        await Assert.ThrowsAsync<MqttException>(() => client.PublishAsync(new MqttMessage("t", new byte[1_000_000 - 4])));
        Assert.Equal(1, broker.Broker.Statistics.PeerFaults);
    }

    [Fact]
    public async Task A_fleet_of_devices_lives_in_one_process()
    {
        const int devices = 500;
        await using var broker = await ListeningBroker.StartAsync();
        var proxyInbox = new Inbox();
        await using var proxy = broker.Broker.ConnectLocal("proxy", proxyInbox.ReceiveAsync);
        await proxy.SubscribeAsync("fog/s/n/+/up", QualityOfService.AtLeastOnce);
        var inboxes = Enumerable.Range(0, devices).Select(_ => new Inbox()).ToList();
        var fleet = await Task.WhenAll(inboxes.Select((inbox, i) => broker.ConnectAsync($"n{i}", inbox, clean: false)));
        await Task.WhenAll(fleet.Select((device, i) => device.SubscribeAsync($"fog/s/n/n{i}/down", QualityOfService.AtLeastOnce)));

        await Task.WhenAll(fleet.Select((device, i) => device.PublishAsync(Message($"fog/s/n/n{i}/up", "hello"))));
        var seen = new HashSet<string>();
        for (var i = 0; i < devices; i++)
            seen.Add((await proxyInbox.AnyAsync("a hello")).Topic);
        Assert.Equal(devices, seen.Count);

        for (var i = 0; i < devices; i++)
            await proxy.PublishAsync(Message($"fog/s/n/n{i}/down", $"welcome {i}"));
        for (var i = 0; i < devices; i++)
            Assert.Equal($"welcome {i}", await inboxes[i].NextTextAsync($"fog/s/n/n{i}/down"));
        await Task.WhenAll(fleet.Select(device => device.DisposeAsync().AsTask()));
    }
}
