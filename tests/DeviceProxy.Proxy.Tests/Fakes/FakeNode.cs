using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using Fog.Grains.Interfaces.Clusters;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Nodes;
using Fog.Grains.Interfaces.Rollouts;

namespace Fog.DeviceProxy.Proxy.Tests.Fakes;

/// <summary>A node grain that checks a hello as docs/protocol.md says and writes down the rest.</summary>
internal sealed class FakeNode(NodeId id) : INodeGrain
{
    private readonly Lock gate = new();
    private readonly List<(long Epoch, Uplink Message)> received = [];
    private readonly List<HelloRequest> hellos = [];
    private readonly TaskCompletionSource<HelloRequest> firstHello = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private byte nonces;

    /// <summary>Null: not enrolled.</summary>
    public byte[]? Key { get; set; } = SHA256.HashData(Encoding.ASCII.GetBytes(id.ToString()));

    /// <summary>What follows the next welcomes.</summary>
    public ImmutableArray<Downlink> Batch { get; set; } = [];

    public string Cluster { get; set; } = "c-1";

    public bool Leader { get; set; }

    /// <summary>The result of every call waits for it.</summary>
    public Task Pace { get; set; } = Task.CompletedTask;

    public Exception? Fails { get; set; }

    public HelloRefusal Refuses { get; set; }

    /// <summary>Only later ones are accepted.</summary>
    public long LatestEpoch { get; set; }

    public List<long> DroppedEpochs { get; } = [];

    /// <summary>An item for each time that it was told so.</summary>
    public Channel<bool> RatesExceeded { get; } = Channel.CreateUnbounded<bool>();

    public Task<HelloRequest> FirstHello => firstHello.Task;

    public HelloRequest[] Hellos
    {
        get
        {
            lock (gate)
                return [.. hellos];
        }
    }

    public Uplink[] Received => [.. ReceivedWithEpochs.Select(r => r.Message)];

    public (long Epoch, Uplink Message)[] ReceivedWithEpochs
    {
        get
        {
            lock (gate)
                return [.. received];
        }
    }

    public async Task<HelloReply> Hello(HelloRequest request)
    {
        lock (gate)
            hellos.Add(request);
        firstHello.TrySetResult(request);
        await Answer();
        if (Key is null)
            return new(HelloRefusal.UnknownDevice, null);
        if (!HMACSHA256.HashData(Key, request.Authenticated.AsSpan())[..16].AsSpan().SequenceEqual(request.Tag.AsSpan()))
            return new(HelloRefusal.WrongTag, null);
        if (Refuses != HelloRefusal.None)
            return new(Refuses, null);
        if (request.Epoch <= LatestEpoch)
            return new(HelloRefusal.StaleEpoch, null, LatestEpoch);

        byte[] fogNonce = [.. Enumerable.Repeat(++nonces, 16)];
        return new(HelloRefusal.None, new(
            [.. SessionKey(Key, id, request.Facts.DeviceNonce.AsSpan(), fogNonce)],
            [.. fogNonce],
            DateTimeOffset.FromUnixTimeMilliseconds(1_767_225_600_000),
            TimeSpan.FromMilliseconds(900),
            TimeSpan.FromSeconds(10),
            Cluster,
            Term: 7,
            Leader,
            Batch));
    }

    public async Task Receive(SessionRef session, Uplink message)
    {
        await Answer();
        lock (gate)
            received.Add((session.Epoch, message));
    }

    public async Task Dropped(long epoch)
    {
        await Answer();
        DroppedEpochs.Add(epoch);
    }

    public Task<Enrolment> Enrol() => throw Unexpected();

    public Task Revoke() => throw Unexpected();

    public async Task<bool> Admit(ImmutableArray<byte> secret)
    {
        await Answer();
        return Key is not null && HMACSHA256.HashData(Key, Encoding.ASCII.GetBytes($"fog-mqtt-1 {id}")).AsSpan().SequenceEqual(secret.AsSpan());
    }

    public async Task RateExceeded()
    {
        await Answer();
        RatesExceeded.Writer.TryWrite(true);
    }

    public Task Reseal() => throw Unexpected();

    public Task Assign(Membership membership) => throw Unexpected();

    public Task Enqueue(SeatOrder order) => throw Unexpected();

    public Task<WakePlan> Offer(UpdateOffer offer) => throw Unexpected();

    public Task Recall(Digest release) => throw Unexpected();

    public Task Withdraw(TaskId task) => throw Unexpected();

    public Task Fetch(TaskId task, Digest digest, int sizeBytes) => throw Unexpected();

    public Task<NodeView> Describe() => throw Unexpected();

    public static byte[] SessionKey(byte[] deviceKey, NodeId node, ReadOnlySpan<byte> deviceNonce, ReadOnlySpan<byte> fogNonce) => HMACSHA256.HashData(
        deviceKey,
        (byte[])[1, (byte)node.Site.Length, .. Encoding.ASCII.GetBytes(node.Site), (byte)node.Name.Length, .. Encoding.ASCII.GetBytes(node.Name), .. deviceNonce, .. fogNonce]);

    private async Task Answer()
    {
        await Pace;
        if (Fails is not null)
            throw Fails;
    }

    private static InvalidOperationException Unexpected() => new("The proxy has no business with this method.");
}
