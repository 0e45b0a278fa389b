using System.Collections.Concurrent;
using System.Threading.Channels;
using Fog.DeviceProxy.Mqtt;
using Fog.DeviceProxy.Mqtt.Broker;
using Fog.DeviceProxy.Proxy.Messages;
using Fog.DeviceProxy.Proxy.Tests.Fakes;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Nodes;

namespace Fog.DeviceProxy.Proxy.Tests;

/// <summary>Two proxies at one broker, which is ours, and devices that know nothing of it.</summary>
public sealed class SharedBrokerTests : IAsyncLifetime
{
    private static readonly Digest s_unknown = Digest.Of("of no blob"u8);
    private static readonly TaskId s_task = new("00112233445566778899aabbccddeeff");

    private readonly TestClock clock = new();
    private readonly FakeFog grains = new();
    private MqttBroker broker = null!;
    private Member a = null!;
    private Member b = null!;

    public async Task InitializeAsync()
    {
        broker = new MqttBroker(clock);
        a = await Member.Join(broker, grains, clock, "a");
        b = await Member.Join(broker, grains, clock, "b");
    }

    public async Task DisposeAsync()
    {
        await a.Proxy.StopAsync(default);
        await b.Proxy.StopAsync(default);
        await broker.DisposeAsync();
    }

    [Fact]
    public async Task They_take_turns_and_each_device_is_greeted_once()
    {
        var devices = await Task.WhenAll(Enumerable.Range(0, 40).Select(n => Board.Connect(broker, grains, $"d-{n}")));
        foreach (var device in devices)
            await device.Wake();

        Assert.Equal((20, 20), (a.Proxy.Statistics.Devices, b.Proxy.Statistics.Devices));
        Assert.All(devices, d => Assert.Single(d.Node.Hellos));
        foreach (var device in devices)
            await device.Answered();
        Assert.All(devices, d => Assert.Equal(0, d.Unread));
        Assert.Empty(a.Proxy.Statistics.Dropped);
        Assert.Empty(b.Proxy.Statistics.Dropped);
    }

    [Fact]
    public async Task What_a_device_says_reaches_the_proxy_that_has_its_session_however_often_the_broker_passes_it_on()
    {
        var device = await Board.Connect(broker, grains, "d");
        await device.Wake();
        for (int n = 0; n < 50; n++)
            await device.Say(device.Self.Keepalive(n));
        await device.Answered();

        Assert.Equal(Enumerable.Range(0, 50).Select(n => (long)n), device.Node.Received.OfType<KeepaliveUplink>().Select(k => k.FreeHeapBytes));
        Assert.Empty(a.Proxy.Statistics.Dropped);
        Assert.Empty(b.Proxy.Statistics.Dropped);
    }

    [Fact]
    public async Task Mail_goes_by_the_proxy_that_greeted_and_no_other()
    {
        var device = await Board.Connect(broker, grains, "d");
        await device.Wake();
        var hello = device.Node.Hellos[^1];
        var other = hello.Link == a.Proxy ? b : a;

        ((IDeviceLink)other.Proxy).Deliver(device.Self.Node, hello.Epoch, [new StopDownlink(s_task)]);
        hello.Link.Deliver(device.Self.Node, hello.Epoch, [new AcceptedDownlink(s_task, Keep: true)]);

        Assert.True(device.Self.Hear(await device.Next(), MessageType.Accepted, AcceptedMessage.Read).Keep);
        Assert.Equal(1, other.Proxy.Statistics.Dropped[Drop.SessionOver]);
    }

    [Fact]
    public async Task The_devices_of_a_proxy_that_dies_are_greeted_by_the_other_at_their_next_hello()
    {
        var devices = await Task.WhenAll(Enumerable.Range(0, 10).Select(n => Board.Connect(broker, grains, $"d-{n}")));
        foreach (var device in devices)
            await device.Wake();
        await a.Die();

        foreach (var device in devices)
        {
            await device.Wake();
            await device.Answered();
            Assert.Same(b.Proxy, device.Node.Hellos[^1].Link);
            Assert.Equal(2, device.Node.Hellos.Length);
        }
    }

    [Fact]
    public async Task A_device_that_wakes_at_another_proxy_unannounced_is_given_up_by_the_first()
    {
        var at = await ThreeAtOne();
        await at.Device.Wake(); // It crashed, and the broker has published no will.
        Assert.Same(at.Other.Proxy, at.Device.Node.Hellos[^1].Link);
        await at.Device.Answered();
        await at.Witness.Answered(); // The first proxy has heard what was said before, by the same connection.
        await at.First.Proxy.Idle();

        Assert.Equal(2, at.First.Proxy.Statistics.Devices);
        Assert.Equal(3, at.Other.Proxy.Statistics.Devices);
    }

    [Fact]
    public async Task A_replayed_hello_that_comes_to_another_proxy_displaces_nothing()
    {
        var at = await ThreeAtOne();
        await at.Device.Say(at.Recorded);
        await at.Device.Next(); // Welcome to a device that did not ask.
        Assert.Equal(3, at.Other.Proxy.Statistics.Devices);
        for (int n = 0; n < 3; n++)
            await at.Device.Answered();
        Assert.Equal(3, at.First.Proxy.Statistics.Devices);
        Assert.False(at.First.Proxy.Statistics.Dropped.ContainsKey(Drop.WrongTag));
    }

    [Fact]
    public async Task A_device_that_sleeps_or_drops_off_is_heard_no_more()
    {
        var at = await ThreeAtOne();
        await at.Device.Say(at.Device.Self.Sleep());
        await at.Third.Say(at.Third.Self.Keepalive());
        await at.Third.DropOff();
        await at.Witness.Answered();
        await at.First.Proxy.Idle();
        Assert.Equal(1, at.First.Proxy.Statistics.Devices);
        Assert.Single(at.Third.Node.DroppedEpochs);

        long heard = at.First.Proxy.Statistics.Received;
        await at.Device.Say(at.Device.Self.Keepalive());
        await at.Third.Say(at.Third.Self.Keepalive());
        await at.Witness.Answered();
        Assert.Equal(heard + 1, at.First.Proxy.Statistics.Received);
    }

    /// <summary>Three devices at one proxy and two at the other, which gets the next hello. The first device has made a hello before, which was never sent.</summary>
    private async Task<(Member First, Member Other, Board Device, Board Witness, Board Third, byte[] Recorded)> ThreeAtOne()
    {
        var boards = await Task.WhenAll(Enumerable.Range(0, 5).Select(n => Board.Connect(broker, grains, $"d-{n}")));
        byte[] recorded = boards[0].Self.Hello();
        foreach (var board in boards)
            await board.Wake();
        var first = boards[0].Node.Hellos[^1].Link == a.Proxy ? a : b;
        return (first, first == a ? b : a, boards[0], boards[2], boards[4], recorded);
    }

    private sealed class Member
    {
        private readonly ConcurrentBag<IMqttConnection> lines = [];
        private bool isDead;

        private Member(MqttBroker broker, FakeFog grains, TestClock clock, string name)
        {
            MqttConnector Line(string clientId) => (handler, _) =>
            {
                if (isDead)
                    throw new OperationCanceledException();
                var line = broker.ConnectLocal(clientId, handler);
                lines.Add(line);
                return Task.FromResult(line);
            };
            Proxy = new DeviceProxyService(["home"], Line(name), Line($"{name}/hellos"), grains, clock, new RecordedLog(), new());
        }

        public DeviceProxyService Proxy { get; }

        public static async Task<Member> Join(MqttBroker broker, FakeFog grains, TestClock clock, string name)
        {
            var member = new Member(broker, grains, clock, name);
            await member.Proxy.StartAsync(default);
            return member;
        }

        /// <summary>It is gone from the broker, and comes no more.</summary>
        public async Task Die()
        {
            isDead = true;
            foreach (var line in lines)
                await line.DisposeAsync();
        }
    }

    /// <summary>A device and its connection.</summary>
    private sealed class Board
    {
        private readonly Channel<MqttMessage> inbox = Channel.CreateUnbounded<MqttMessage>();
        private readonly IMqttConnection line;

        private Board(MqttBroker broker, FakeFog grains, string name)
        {
            Node = grains.Node($"home/{name}");
            Self = new(new("home", name), Node.Key!);
            line = broker.ConnectLocal($"home.{name}", message => inbox.Writer.WriteAsync(message));
        }

        public TestDevice Self { get; }

        public FakeNode Node { get; }

        public int Unread => inbox.Reader.Count;

        public static async Task<Board> Connect(MqttBroker broker, FakeFog grains, string name)
        {
            var board = new Board(broker, grains, name);
            await board.line.SubscribeAsync(board.Self.Down, QualityOfService.AtLeastOnce);
            return board;
        }

        public Task Say(byte[] message) => line.PublishAsync(new(Self.Up, message));

        /// <summary>The broker publishes its last will.</summary>
        public Task DropOff() => line.PublishAsync(new(Topics.Will(Self.Node), Array.Empty<byte>()));

        public async Task Wake()
        {
            await Say(Self.Hello());
            Self.Welcomed(await Next());
        }

        /// <summary>Asks for what nobody has and is told so, by the proxy that has its session.</summary>
        public async Task Answered()
        {
            await Say(Self.NeedOf(s_unknown, 0, 1));
            Assert.Equal(s_unknown, Self.Hear(await Next(), MessageType.FogChunk, Chunk.Read).Digest);
        }

        public async Task<MqttMessage> Next()
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            try
            {
                return await inbox.Reader.ReadAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"{Self.Node} was sent nothing.");
            }
        }
    }
}
