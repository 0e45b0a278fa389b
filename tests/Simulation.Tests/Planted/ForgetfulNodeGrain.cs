using System.Collections.Immutable;
using Fog.Grains;
using Fog.Grains.Interfaces.Clusters;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Nodes;
using Fog.Grains.Interfaces.Rollouts;
using Fog.Grains.Nodes;
using Fog.Grains.Secrets;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace Fog.Simulation.Tests.Planted;

/// <summary>Planted: its mailbox drops, when the device connects again, what was sent to it before.</summary>
[GrainType("node"), Reentrant]
public sealed class ForgetfulNodeGrain(
    [PersistentState("node")] IPersistentState<NodeState> storage, FogOptions options, TimeProvider clock, IRandomSource random, ILogger<NodeGrain> logger, Vault vault) : Grain, INodeGrain
{
    private readonly NodeGrain _inner = new(storage, options, clock, random, logger, vault);

    public override Task OnActivateAsync(CancellationToken cancellationToken) => _inner.OnActivateAsync(cancellationToken);

    public Task<HelloReply> Hello(HelloRequest request)
    {
        storage.State = storage.State with { Tasks = storage.State.Tasks.RemoveAll(static task => task.Sent) };
        return _inner.Hello(request);
    }

    public Task<Enrolment> Enrol() => _inner.Enrol();

    public Task Revoke() => _inner.Revoke();

    public Task<bool> Admit(ImmutableArray<byte> secret) => _inner.Admit(secret);

    public Task RateExceeded() => _inner.RateExceeded();

    public Task Reseal() => _inner.Reseal();

    public Task Receive(SessionRef session, Uplink message) => _inner.Receive(session, message);

    public Task Dropped(long epoch) => _inner.Dropped(epoch);

    public Task Assign(Membership membership) => _inner.Assign(membership);

    public Task Enqueue(SeatOrder order) => _inner.Enqueue(order);

    public Task Withdraw(TaskId task) => _inner.Withdraw(task);

    public Task Fetch(TaskId task, Digest digest, int sizeBytes) => _inner.Fetch(task, digest, sizeBytes);

    public Task<WakePlan> Offer(UpdateOffer offer) => _inner.Offer(offer);

    public Task Recall(Digest release) => _inner.Recall(release);

    public Task<NodeView> Describe() => _inner.Describe();
}
