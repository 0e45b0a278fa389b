using System.Collections.Immutable;
using Fog.Grains.Interfaces.Blobs;
using Fog.Grains.Interfaces.Clusters;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Nodes;
using Fog.Grains.Interfaces.Rollouts;
using Fog.Simulation.Scheduling;

namespace Fog.Simulation.Network;

/// <summary>The way between a proxy and the grains, as it is when they live in two processes: while it is cut, calls are lost or their answers are, and the caller's time-out is all that comes.</summary>
/// <param name="inner">The engine's.</param>
/// <param name="isCut">Whether it is, now.</param>
/// <param name="lost">Told of every loss: what, and of which device or blob.</param>
internal sealed class PartitionedGrains(IGrainFactory inner, Func<bool> isCut, SeededRandom random, TimeProvider clock, Action<string, string> lost) : IGrainFactory
{
    /// <summary>As in Orleans: a call in flight is not failed early.</summary>
    private static readonly TimeSpan s_responseTimeout = TimeSpan.FromSeconds(5);

    /// <summary>The engine holds observers weakly.</summary>
    private readonly List<IGrainObserver> _links = [];

    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey
    {
        var grain = inner.GetGrain<TGrainInterface>(primaryKey, grainClassNamePrefix);
        return grain switch
        {
            INodeGrain node when isCut() => (TGrainInterface)(object)new FarNode(this, node, primaryKey),
            IBlobGrain blob when isCut() => (TGrainInterface)(object)new FarBlob(this, blob, primaryKey),
            _ => grain,
        };
    }

    public TGrainObserverInterface CreateObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver
    {
        var link = new FarLink(this, (IDeviceLink)obj);
        _links.Add(link);
        return inner.CreateObjectReference<TGrainObserverInterface>(link);
    }

    public void DeleteObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver => inner.DeleteObjectReference<TGrainObserverInterface>(obj);

    private async Task<T> Across<T>(string key, Func<Task<T>> call)
    {
        if (random.Happens(0.5))
        {
            lost("call lost", key);
        }
        else
        {
            lost("answer lost", key);
            _ = Ignore(call());
        }

        await Task.Delay(s_responseTimeout, clock);
        throw new TimeoutException("No response: the grains cannot be reached.");
    }

    private Task Across(string key, Func<Task> call) => Across(key, async () =>
    {
        await call();
        return 0;
    });

    private static async Task Ignore(Task answer)
    {
        try
        {
            await answer;
        }
#pragma warning disable CA1031 // Whatever the answer is, nobody gets it.
        catch (Exception)
#pragma warning restore CA1031
        {
            // Lost.
        }
    }

    private sealed class FarNode(PartitionedGrains way, INodeGrain node, string key) : INodeGrain
    {
        public Task Revoke() => way.Across(key, node.Revoke);

        public Task<bool> Admit(ImmutableArray<byte> secret) => way.Across(key, () => node.Admit(secret));

        public Task RateExceeded() => way.Across(key, node.RateExceeded);

        public Task Reseal() => way.Across(key, node.Reseal);

        public Task<Enrolment> Enrol() => way.Across(key, node.Enrol);

        public Task<HelloReply> Hello(HelloRequest request) => way.Across(key, () => node.Hello(request));

        public Task Receive(SessionRef session, Uplink message) => way.Across(key, () => node.Receive(session, message));

        public Task Dropped(long epoch) => way.Across(key, () => node.Dropped(epoch));

        public Task Assign(Membership membership) => way.Across(key, () => node.Assign(membership));

        public Task Enqueue(SeatOrder order) => way.Across(key, () => node.Enqueue(order));

        public Task Withdraw(TaskId task) => way.Across(key, () => node.Withdraw(task));

        public Task Fetch(TaskId task, Digest digest, int sizeBytes) => way.Across(key, () => node.Fetch(task, digest, sizeBytes));

        public Task<WakePlan> Offer(UpdateOffer offer) => way.Across(key, () => node.Offer(offer));

        public Task Recall(Digest release) => way.Across(key, () => node.Recall(release));

        public Task<NodeView> Describe() => way.Across(key, node.Describe);
    }

    private sealed class FarBlob(PartitionedGrains way, IBlobGrain blob, string key) : IBlobGrain
    {
        public Task Put(ImmutableArray<byte> content) => way.Across(key, () => blob.Put(content));

        public Task PutForCall(ImmutableArray<byte> content) => way.Across(key, () => blob.PutForCall(content));

        public Task<DateTimeOffset?> Expire() => way.Across(key, blob.Expire);

        public Task<BlobContent?> Get() => way.Across(key, blob.Get);
    }

    private sealed class FarLink(PartitionedGrains way, IDeviceLink link) : IDeviceLink
    {
        public void Deliver(NodeId node, long epoch, ImmutableArray<Downlink> batch)
        {
            if (way.IsCut())
            {
                way.Lost("mail lost", node.ToString());
            }
            else
            {
                link.Deliver(node, epoch, batch);
            }
        }
    }

    private bool IsCut() => isCut();

    private void Lost(string what, string whose) => lost(what, whose);
}
