using System.Collections.Immutable;
using Fog.Grains.Interfaces.Ids;

namespace Fog.Grains.Functions;

[GenerateSerializer, Immutable, Alias("fog.FunctionState")]
public sealed record FunctionState
{
    /// <summary>Version of this shape in storage.</summary>
    [Id(0)]
    public int Schema { get; init; } = 1;

    /// <summary>Oldest first; the last one is current. Bytes are in the blob store.</summary>
    [Id(1)]
    public ImmutableArray<FunctionVersion> Versions { get; init; } = [];
}

[GenerateSerializer, Immutable, Alias("fog.FunctionVersion")]
public sealed record FunctionVersion(int Version, string Signature, int Replicas, Digest Module, int ModuleBytes, Digest Image, int ImageBytes);
