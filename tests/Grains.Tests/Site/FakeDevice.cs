using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Fog.Grains.Interfaces.Blobs;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Nodes;
using Fog.Grains.Interfaces.Rollouts;

namespace Fog.Grains.Tests.Site;

/// <summary>A device and its proxy as one: says to its node grain what a proxy would, and does with tasks what the test scripts.</summary>
internal sealed class FakeDevice(TestSite site, string name) : IDeviceLink
{
    private readonly ConcurrentQueue<Downlink> _inbox = new();
    private readonly Dictionary<TaskId, ImmutableArray<byte>> _kept = [];
    private readonly Dictionary<Digest, ImmutableArray<byte>> _suspended = [];
    private long _lastEpoch;

    public string Name => name;

    public NodeId Id { get; } = new(TestSite.Name, name);

    public DutyCycle Cycle { get; init; } = new(TimeSpan.FromSeconds(10), 100);

    public long Heap { get; init; } = 100_000;

    public TimeSpan ClockError { get; set; }

    public TimeSpan ConnectBackoff { get; set; }

    /// <summary>What it says when it goes to sleep; null: what it was ordered.</summary>
    public TimeSpan? SaysSleep { get; set; }

    public ImmutableArray<byte> Key { get; set; }

    /// <summary>The canonical result of a task; null: it never answers this one.</summary>
    public Func<DeviceTask, ImmutableArray<byte>?> Compute { get; set; } = static _ => TestSite.Value(42);

    /// <summary>How far it comes with a task in one wake; null: to the end.</summary>
    public Func<DeviceTask, ImmutableArray<byte>?> Suspend { get; set; } = static _ => null;

    public DeviceFailure Failure { get; set; }

    /// <summary>Answers a fetch with "no longer here".</summary>
    public bool Forgets { get; set; }

    /// <summary>Never answers a fetch.</summary>
    public bool IgnoresFetches { get; set; }

    public bool IsDead { get; set; }

    public uint Version { get; private set; } = 0x010203;

    /// <summary>What goes wrong with any release; none: it is staged, tried in the next wake and confirmed by that.</summary>
    public UpdateFault UpdateFault { get; set; }

    /// <summary>It says that every release is confirmed.</summary>
    public bool LiesAboutUpdates { get; set; }

    public List<UpdateOffer> Offered { get; } = [];

    private UpdateOffer? Staged { get; set; }

    private bool IsOnProbation { get; set; }

    public DateTimeOffset NextWake { get; set; }

    /// <summary>Every task that reached it, repeats included.</summary>
    public List<TaskDownlink> TasksSeen { get; } = [];

    public List<Downlink> Seen { get; } = [];

    public SessionOpened? Opened { get; private set; }

    public SessionRef? Session { get; private set; }

    public INodeGrain Grain => site.Host.GrainFactory.GetGrain<INodeGrain>(Id.ToString());

    public int KeptCount => _kept.Count;

    void IDeviceLink.Deliver(NodeId node, long epoch, ImmutableArray<Downlink> batch)
    {
        if (Session?.Epoch == epoch)
        {
            foreach (var message in batch)
            {
                _inbox.Enqueue(message);
            }
        }
    }

    public async Task Enrol()
    {
        Key = (await Grain.Enrol()).Key;
        NextWake = site.Now;
    }

    public HelloFacts Facts() => new([.. Enumerable.Repeat((byte)7, 16)], Version, Cycle, 3300, Heap, WakeCause.Timer, ClockError, ConnectBackoff, 1_000_000, []);

    public HelloRequest HelloRequest(long? epoch = null, byte[]? key = null)
    {
        var authenticated = Encoding.ASCII.GetBytes($"hello of {name} {site.Now.Ticks} fog/{Id.Site}/n/{name}/up");
        var tag = HMACSHA256.HashData(key ?? [.. Key], authenticated)[..16];
        var link = site.Host.GrainFactory.CreateObjectReference<IDeviceLink>(this);
        _lastEpoch = epoch ?? Math.Max(_lastEpoch + 1, (site.Now - DateTimeOffset.UnixEpoch).Ticks / 10);
        return new([.. authenticated], [.. tag], Facts(), _lastEpoch, link);
    }

    /// <summary>Connects and says hello; the session is pending.</summary>
    public async Task<HelloReply> Hello()
    {
        if (Staged is { } staged)
        {
            (Version, IsOnProbation, Staged) = (staged.Version, true, null);
        }

        var request = HelloRequest();
        Session = new(request.Epoch, request.Link, request.Facts);
        _inbox.Clear();
        var reply = await TestSite.Within(Grain.Hello(request), $"hello of {name}");
        Opened = reply.Session;
        foreach (var message in Opened?.Batch ?? [])
        {
            _inbox.Enqueue(message);
        }

        return reply;
    }

    public Task Say(Uplink message) => TestSite.Within(Grain.Receive(Session!, message), $"{message.GetType().Name} of {name}");

    /// <summary>Hello, confirmed by a keepalive.</summary>
    public async Task Wake()
    {
        await Hello();
        await Say(new KeepaliveUplink(Heap));
        await site.Settle();
    }

    /// <summary>Does what it was told, until nothing is left.</summary>
    public async Task Work()
    {
        await site.Settle();
        while (_inbox.TryDequeue(out var message))
        {
            Seen.Add(message);
            switch (message)
            {
                case TaskDownlink task:
                    TasksSeen.Add(task);
                    await Run(task.Task);
                    break;
                case AcceptedDownlink { Keep: false } accepted:
                    _kept.Remove(accepted.Task);
                    break;
                case StopDownlink stop:
                    _kept.Remove(stop.Task);
                    break;
                case UpdateDownlink update:
                    await Update(update.Offer);
                    break;
                case FetchDownlink fetch when !IgnoresFetches:
                    await HandOver(fetch);
                    break;
            }

            await site.Settle();
        }
    }

    public async Task Run(DeviceTask task)
    {
        if (!_kept.TryGetValue(task.Id, out var value))
        {
            if (Failure != DeviceFailure.None)
            {
                await Say(new ResultUplink(task.Id, Failure, default, 0, [], 0, TimeSpan.Zero, TimeSpan.Zero));
                return;
            }

            if (Suspend(task) is { } snapshot)
            {
                _suspended[Digest.Of(snapshot.AsSpan())] = snapshot;
                await Say(Snapshot(task.Id, snapshot));
                return;
            }

            if (Compute(task) is not { } computed)
            {
                return;
            }

            _kept[task.Id] = value = computed;
        }

        await Say(Result(task.Id, value));
    }

    public static SnapshotUplink Snapshot(TaskId task, ImmutableArray<byte> snapshot)
    {
        var blob = BlobValue.Of(snapshot);
        return new(task, blob.Digest, blob.SizeBytes, blob.Inline, 500, TimeSpan.FromMilliseconds(500), TimeSpan.FromMilliseconds(20));
    }

    public static ResultUplink Result(TaskId task, ImmutableArray<byte> value)
    {
        var blob = BlobValue.Of(value);
        return new(task, DeviceFailure.None, blob.Digest, blob.SizeBytes, blob.Inline, 1000, TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(20));
    }

    public async Task Sleep()
    {
        var sleep = Opened!.Sleep;
        var spent = StateIntervals.Zero with { Idle = TimeSpan.FromMilliseconds(100), Sleep = sleep };
        var session = Session!;
        await Say(new SleepUplink(SaysSleep ?? sleep, 3200, spent));
        Session = null;
        IsOnProbation = false;
        NextWake = site.Now + sleep;
        await site.Settle();
        site.Host.GrainFactory.DeleteObjectReference<IDeviceLink>(session.Link);
    }

    /// <summary>The connection is gone, with whatever was on its way; it wakes again in its own time.</summary>
    public void Disconnect()
    {
        Session = null;
        _inbox.Clear();
        NextWake = NextWake > site.Now ? NextWake : site.Now + Cycle.Period;
    }

    /// <summary>One whole wake in no time.</summary>
    public async Task Cycle1()
    {
        await Wake();
        await Work();
        await Sleep();
    }

    private async Task Update(UpdateOffer offer)
    {
        Offered.Add(offer);
        var state = LiesAboutUpdates ? UpdateState.Confirmed
            : Version == offer.Version ? IsOnProbation ? UpdateState.Probation : UpdateState.Confirmed
            : UpdateFault != UpdateFault.None ? UpdateState.Failed
            : UpdateState.Staged;
        if (state == UpdateState.Staged)
        {
            Staged = offer;
            await Say(new UpdateSentUplink(2000));
        }

        await Say(new UpdateUplink(offer.Release, offer.Attempt, state, state == UpdateState.Failed ? UpdateFault : UpdateFault.None, 0));
    }

    private async Task HandOver(FetchDownlink fetch)
    {
        var value = _suspended.GetValueOrDefault(fetch.Digest, _kept.Values.FirstOrDefault(v => Digest.Of(v.AsSpan()) == fetch.Digest));
        bool found = !Forgets && !value.IsDefault;
        if (found)
        {
            await site.Host.GrainFactory.GetGrain<IBlobGrain>(fetch.Digest.Hex).PutForCall(value);
        }

        await Say(new ValueUplink(fetch.Digest, found));
    }
}
