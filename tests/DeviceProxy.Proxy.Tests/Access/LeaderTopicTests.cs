using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using Fog.DeviceProxy.Mqtt;
using Fog.DeviceProxy.Mqtt.Broker;
using Fog.DeviceProxy.Mqtt.Client;
using Fog.DeviceProxy.Proxy.Tests.Fakes;

namespace Fog.DeviceProxy.Proxy.Tests.Access;

/// <summary>Who hears what a cluster's leader is sent (docs/protocol.md, "Credentials"), at a broker that asks <see cref="Proxy.Access.DeviceAccess"/>.</summary>
public sealed class LeaderTopicTests : IAsyncLifetime
{
    private const string Leader1 = "fog/home/c/c-1/leader";
    private const string Leader2 = "fog/home/c/c-2/leader";

    private ProxyHarness fog = null!;
    private MqttBroker broker = null!;
    private IMqttConnection sender = null!;

    public async Task InitializeAsync()
    {
        fog = await ProxyHarness.Started();
        broker = new MqttBroker(fog.Clock, access: fog.Access);
        fog.Access.Broker = broker;
        sender = broker.ConnectLocal("sender", static _ => ValueTask.CompletedTask);
    }

    public async Task DisposeAsync()
    {
        await sender.DisposeAsync();
        await broker.DisposeAsync();
        await fog.DisposeAsync();
    }

    [Fact]
    public async Task It_comes_with_leadership_and_goes_with_it()
    {
        var device = fog.Device();
        await using var line = await Connect(device);
        await Refused(line, Leader1);
        await Wake(device, leads: false);
        await Refused(line, Leader1);

        await Wake(device, leads: true);
        await line.Client.SubscribeAsync(Leader1, QualityOfService.AtLeastOnce);
        Assert.Equal([Leader1], await Hears(line, device));
        await Refused(line, Leader2);
        await Refused(line, "fog/home/c/+/leader");

        await Wake(device, leads: true);
        Assert.Equal([Leader1], await Hears(line, device));

        await Wake(device, leads: false);
        Assert.Empty(await Hears(line, device));
        await Refused(line, Leader1);
    }

    [Fact]
    public async Task A_leader_is_deposed_by_the_next_ones_welcome()
    {
        TestDevice former = fog.Device("esp-1"), next = fog.Device("esp-2");
        await using Line formers = await Connect(former), nexts = await Connect(next);
        await Wake(former, leads: true);
        await formers.Client.SubscribeAsync(Leader1, QualityOfService.AtLeastOnce);

        await Wake(next, leads: true);
        await nexts.Client.SubscribeAsync(Leader1, QualityOfService.AtLeastOnce);

        Assert.Equal([Leader1], await Hears(nexts, next));
        Assert.Empty(await Hears(formers, former));
        await Refused(formers, Leader1);
    }

    [Fact]
    public async Task A_leader_in_another_cluster_has_only_that_ones()
    {
        var device = fog.Device();
        await using var line = await Connect(device);
        await Wake(device, leads: true);
        await line.Client.SubscribeAsync(Leader1, QualityOfService.AtLeastOnce);

        fog.Node(device).Cluster = "c-2";
        await Wake(device, leads: true);
        await line.Client.SubscribeAsync(Leader2, QualityOfService.AtLeastOnce);

        Assert.Equal([Leader2], await Hears(line, device));
        await Refused(line, Leader1);
    }

    [Fact]
    public async Task A_leader_deposed_in_its_sleep_is_kept_nothing_of_what_the_next_one_is_sent()
    {
        TestDevice former = fog.Device("esp-1"), next = fog.Device("esp-2");
        await using (var line = await Connect(former))
        {
            await Wake(former, leads: true);
            await line.Client.SubscribeAsync(Leader1, QualityOfService.AtLeastOnce);
        }

        await Wake(next, leads: true);
        await sender.PublishAsync(new MqttMessage(Leader1, "secret"u8.ToArray(), QualityOfService.AtLeastOnce));

        await using var again = await Connect(former);
        Assert.True(again.Client.SessionPresent);
        Assert.Empty(await Hears(again, former));
    }

    private async Task Wake(TestDevice device, bool leads)
    {
        fog.Node(device).Leader = leads;
        await fog.Wake(device);
    }

    private static async Task Refused(Line line, string filter)
    {
        var refused = await Assert.ThrowsAsync<MqttException>(() => line.Client.SubscribeAsync(filter, QualityOfService.AtLeastOnce));
        Assert.Equal(MqttFailure.SubscribeRefused, refused.Failure);
    }

    /// <summary>Topics of what comes when each leader topic gets a message, and then the device's own.</summary>
    private async Task<List<string>> Hears(Line line, TestDevice device)
    {
        foreach (string topic in (string[])[Leader1, Leader2, device.Down])
            await sender.PublishAsync(new MqttMessage(topic, "x"u8.ToArray(), QualityOfService.AtLeastOnce));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var heard = new List<string>();
        while (true)
        {
            string topic = await line.Heard.Reader.ReadAsync(patience.Token);
            if (topic == device.Down)
                return heard;
            heard.Add(topic);
        }
    }

    /// <summary>As the device, with a session that outlives the connection.</summary>
    private async Task<Line> Connect(TestDevice device)
    {
        string id = $"{device.Node.Site}.{device.Node.Name}";
        byte[] secret = HMACSHA256.HashData(fog.Node(device).Key!, Encoding.ASCII.GetBytes($"fog-mqtt-1 {device.Node}"));
        Pipe there = new(), back = new();
        void Abort()
        {
            there.Writer.Complete();
            back.Writer.Complete();
        }

        var served = broker.ServeAsync(new Duplex(there.Reader, back.Writer), Abort);
        var heard = Channel.CreateUnbounded<string>();
        var client = await MqttClient.ConnectAsync(
            new Duplex(back.Reader, there.Writer),
            Abort,
            new MqttConnectOptions { ClientId = id, UserName = id, Password = Encoding.ASCII.GetBytes(Convert.ToHexStringLower(secret)), CleanSession = false },
            message => heard.Writer.WriteAsync(message.Topic),
            fog.Clock);
        await client.SubscribeAsync(device.Down, QualityOfService.AtLeastOnce);
        return new Line(client, heard, served);
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    private sealed record Line(MqttClient Client, Channel<string> Heard, Task Served) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Client.DisposeAsync();
            await Served.WaitAsync(TimeSpan.FromSeconds(20));
        }
    }
}
