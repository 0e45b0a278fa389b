using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Invocations;

namespace Fog.Simulation.Invariants;

/// <summary>One call of the workload and what is known of it from outside.</summary>
/// <param name="Expected">Digest of the right canonical result; null: the function traps.</param>
internal sealed class Call(InvocationId id, InvocationRequest request, Digest? expected)
{
    public InvocationId Id => id;

    public InvocationRequest Request => request;

    public Digest? Expected => expected;

    public DateTimeOffset Deadline { get; set; }

    /// <summary>The first outcome that anybody was told.</summary>
    public Outcome? Outcome { get; set; }
}
