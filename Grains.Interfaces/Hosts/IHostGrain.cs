using System.Collections.Immutable;
using Fog.Grains.Interfaces.Clusters;
using Fog.Grains.Interfaces.Nodes;

namespace Fog.Grains.Interfaces.Hosts;

/// <summary>A fog host takes invocations like a node, and runs them on its own executor. Key: <see cref="Ids.HostId"/>.</summary>
[Alias("fog.IHostGrain")]
public interface IHostGrain : IGrainWithStringKey
{
    /// <summary>Takes the invocation durably; its outcome is a call of its own. Idempotent by invocation.</summary>
    /// <returns>How many invocations the host has now, this one included.</returns>
    /// <exception cref="FogException"><see cref="FogError.LimitExceeded"/>: its queue is full.</exception>
    [Alias("Run"), ResponseTimeout(GrainCalls.Timeout)]
    Task<int> Run(VoteOrder order);

    /// <summary>Takes a seat of a vote durably, to run it to its end from its snapshot; its vote is a call of its own. Idempotent by seat.</summary>
    /// <returns>As <see cref="Run"/>.</returns>
    /// <exception cref="FogException"><see cref="FogError.LimitExceeded"/>: its queue is full.</exception>
    [Alias("Finish"), ResponseTimeout(GrainCalls.Timeout)]
    Task<int> Finish(VoteOrder order, SuspendedSeat seat);

    /// <summary>Takes up open work after a crash.</summary>
    [Alias("Revive"), ResponseTimeout(GrainCalls.Timeout)]
    Task Revive();
}
