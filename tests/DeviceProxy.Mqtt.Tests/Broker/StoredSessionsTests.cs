using Fog.DeviceProxy.Mqtt.Broker;
using Fog.DeviceProxy.Mqtt.Packets;

namespace Fog.DeviceProxy.Mqtt.Tests.Broker;

/// <summary>A broker and its store: who waits for whom.</summary>
public class StoredSessionsTests
{
    private readonly HeldStore store = new();

    [Fact]
    public async Task Connections_go_on_when_their_commit_is_durable()
    {
        await using var harness = new BrokerHarness(store: store);
        var wire = harness.Open();
        await wire.SendAsync(new ConnectPacket("s", false, 0), new SubscribePacket(1, [new TopicRequest("t", QualityOfService.AtLeastOnce)]));
        await store.Release();
        Assert.Equal(new ConnAckPacket(false, ConnectReturnCode.Accepted), await wire.ReceiveAsync<ConnAckPacket>());
        store.IsHeld = false;
        await wire.ReceiveAsync<SubAckPacket>();

        store.IsHeld = true;
        var publisher = await harness.ConnectAsync("p");
        await publisher.SendAsync(new PublishPacket(Texts.Message("t", "1"), 1));
        await store.Release();
        await publisher.ReceiveAsync<PubAckPacket>();
        var sent = await wire.ReceiveAsync<PublishPacket>();
        store.IsHeld = false;
        await wire.SendAsync(new PubAckPacket(sent.PacketId));
        await wire.SendAsync(DisconnectPacket.Instance);
        await wire.ReceiveEndAsync();
        publisher.EndOfStream();
        await publisher.ReceiveEndAsync();
    }

    [Fact]
    public async Task A_publisher_in_process_is_told_when_its_message_is_durable()
    {
        store.IsHeld = false;
        await using var harness = new BrokerHarness(store: store);
        var inbox = new Inbox();
        await using var receiver = harness.Broker.ConnectLocal("receiver", inbox.ReceiveAsync, cleanSession: false);
        await receiver.SubscribeAsync("t", QualityOfService.AtLeastOnce);
        await using var publisher = harness.Broker.ConnectLocal("publisher", new Inbox().ReceiveAsync);
        store.IsHeld = true;
        var published = publisher.PublishAsync(Texts.Message("t", "1"));
        Assert.False(published.IsCompleted);
        Assert.True(publisher.PublishAsync(Texts.Message("elsewhere", "1")).IsCompleted);
        await store.Release();
        await Patience.Await(published, "the commit");
        store.IsHeld = false;
        Assert.Equal("1", (await inbox.NextAsync("t")).Text());
    }

    [Fact]
    public async Task A_store_that_takes_nothing_ends_nothing_and_holds_no_stop_up()
    {
        store.IsHeld = false;
        var harness = new BrokerHarness(store: store);
        await using (harness)
        {
            var wire = harness.Open();
            store.Failure = new IOException("The disk is full.");
            await wire.SendAsync(new ConnectPacket("s", false, 0));
            await store.Tried(1);
            harness.Time.Advance(TimeSpan.FromSeconds(1));
            await store.Tried(2);
            store.Failure = null;
            harness.Time.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(ConnectReturnCode.Accepted, (await wire.ReceiveAsync<ConnAckPacket>()).ReturnCode);

            store.Failure = new IOException("The disk is full.");
            await wire.SendAsync(new SubscribePacket(1, [new TopicRequest("t", QualityOfService.AtLeastOnce)]));
            await store.Tried(4);
        }

        Assert.Equal(["mqtt-session s"], store.Keys);
        store.Failure = null;
        await using var next = new BrokerHarness(store: store);
        var back = next.Open();
        Assert.True((await back.ConnectAsync("s", clean: false)).SessionPresent);
    }

    [Fact]
    public async Task A_broker_that_stops_in_order_leaves_everything_durable()
    {
        store.IsHeld = false;
        await using (var harness = new BrokerHarness(store: store))
        {
            var wire = await harness.ConnectAsync("s", clean: false);
            await wire.SendAsync(new SubscribePacket(1, [new TopicRequest("t", QualityOfService.AtLeastOnce)]));
            await wire.ReceiveAsync<SubAckPacket>();
            var dying = harness.Open();
            await dying.SendAsync(new ConnectPacket("w", true, 0, Texts.Message("t", "stopped")));
            await dying.ReceiveAsync<ConnAckPacket>();
        }

        await using var next = new BrokerHarness(store: store);
        var back = next.Open();
        Assert.True((await back.ConnectAsync("s", clean: false)).SessionPresent);
        Assert.Equal("stopped", (await back.ReceiveAsync<PublishPacket>()).Message.Text());
    }

    /// <summary>A store whose commits end when the test lets them.</summary>
    private sealed class HeldStore : ISessionStore
    {
        private readonly Lock gate = new();
        private readonly Dictionary<(string, string), byte[]> records = [];
        private readonly SemaphoreSlim entered = new(0), tries = new(0);
        private TaskCompletionSource? held;
        private int tried;

        public bool IsHeld
        {
            get;
            set
            {
                lock (gate)
                    field = value;
                if (!value)
                    held?.TrySetResult();
            }
        } = true;

        public Exception? Failure { get; set; }

        public IEnumerable<string> Keys => records.Keys.Select(static k => $"{k.Item1} {k.Item2}");

        public IEnumerable<SessionRecord> ReadAll() => [.. records.Select(static r => new SessionRecord(r.Key.Item1, r.Key.Item2, r.Value))];

        /// <summary>Lets the next commit, or the one under way, end.</summary>
        public async Task Release()
        {
            while (held is null or { Task.IsCompleted: true })
                await Patience.Await(entered.WaitAsync(), "a commit");
            held.SetResult();
        }

        public async Task Tried(int times)
        {
            while (tried < times)
                await Patience.Await(tries.WaitAsync(), "a commit");
        }

        public async Task WriteAsync(IReadOnlyList<SessionRecord> changes)
        {
            Task? wait = null;
            lock (gate)
            {
                if (IsHeld)
                    wait = (held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            if (wait is not null)
            {
                entered.Release();
                await wait;
            }

            Interlocked.Increment(ref tried);
            try
            {
                if (Failure is { } failure)
                    throw failure;
                foreach (var (group, name, body) in changes)
                {
                    if (body is null)
                        records.Remove((group, name));
                    else
                        records[(group, name)] = body;
                }
            }
            finally
            {
                tries.Release();
            }
        }
    }
}
