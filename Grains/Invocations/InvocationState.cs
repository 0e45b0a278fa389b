using System.Text.Json.Serialization;
using Fog.Grains.Interfaces.Clusters;
using Fog.Grains.Interfaces.Dispatch;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Invocations;

namespace Fog.Grains.Invocations;

[GenerateSerializer, Immutable, Alias("fog.InvocationState")]
public sealed record InvocationState
{
    /// <summary>Version of this shape in storage.</summary>
    [Id(0)]
    public int Schema { get; init; } = 1;

    /// <summary>Null: nothing was accepted under this key (or its outcome is no longer kept).</summary>
    [Id(1)]
    public AcceptedCall? Call { get; init; }

    /// <summary>Who has it; empty until it is dispatched.</summary>
    [Id(2)]
    public string TakenBy { get; init; } = "";

    [Id(3)]
    public Outcome? Outcome { get; init; }

    /// <summary>Effects of the result that have been applied, in their order.</summary>
    [Id(4), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int EffectsApplied { get; init; }
}

/// <param name="Request">Digest of the request, to tell a repeat from another one.</param>
/// <param name="ContinuationsSpent">As in the request.</param>
[GenerateSerializer, Immutable, Alias("fog.AcceptedCall")]
public sealed record AcceptedCall(
    Digest Request,
    VoteOrder Order,
    string Site,
    Placement Placement,
    DateTimeOffset AcceptedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int ContinuationsSpent = 0);
