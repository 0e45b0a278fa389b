using System.Text.Json.Serialization;
using Fog.Grains.Interfaces.Blobs;
using Fog.Grains.Interfaces.Ids;

namespace Fog.Grains.Interfaces.Nodes;

/// <summary>What a device (or a fog host) runs: an image, its arguments and the budget.</summary>
/// <param name="Snapshot">Where to go on; null: begin.</param>
[GenerateSerializer, Immutable, Alias("fog.DeviceTask")]
public sealed record DeviceTask(
    TaskId Id,
    Digest Image,
    int ImageBytes,
    ExecutionLimits Limits,
    DateTimeOffset Deadline,
    BlobValue Arguments,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] TaskSnapshot? Snapshot = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] CallContext Context = default);

/// <param name="Fuel">Fuel units a run may use.</param>
/// <param name="MemoryBytes">Linear memory.</param>
/// <param name="CallDepth">Frames, 1 to 65535.</param>
[GenerateSerializer, Immutable, Alias("fog.ExecutionLimits")]
public readonly record struct ExecutionLimits([property: Id(0)] long Fuel, [property: Id(1)] int MemoryBytes, [property: Id(2)] int CallDepth);
