using Fog.Grains;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Rollouts;
using Fog.Grains.Rollouts;
using Microsoft.Extensions.Logging;

namespace Fog.Simulation.Tests.Planted;

/// <summary>The product's rollout grain with something between it and the rest. It shares the activation of what is around it.</summary>
public abstract class RolloutGrainAround(
    IPersistentState<RolloutState> storage, IPersistentState<RolloutFleet> fleet, FogOptions options, TimeProvider clock, ILogger<RolloutGrain> logger) : Grain, IRolloutGrain, IRemindable
{
    private readonly RolloutGrain _inner = new(storage, fleet, options, clock, logger);

    public override Task OnActivateAsync(CancellationToken cancellationToken) => _inner.OnActivateAsync(cancellationToken);

    public Task<RolloutView> Start(string release, RolloutPolicy policy) => _inner.Start(release, policy);

    public Task<RolloutView> Describe() => _inner.Describe();

    public Task<RolloutView> Pause() => _inner.Pause();

    public Task<RolloutView> Resume() => _inner.Resume();

    public Task<RolloutView> Abort() => _inner.Abort();

    public virtual Task<bool> Report(NodeId node, UpdateReport report) => _inner.Report(node, report);

    public Task ReceiveReminder(string reminderName, TickStatus status) => _inner.ReceiveReminder(reminderName, status);
}
