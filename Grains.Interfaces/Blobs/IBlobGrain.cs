using System.Collections.Immutable;
using Orleans.Concurrency;

namespace Fog.Grains.Interfaces.Blobs;

/// <summary>Bytes by SHA-256: images, large arguments and results. Key: <see cref="Ids.Digest.Hex"/>.</summary>
[Alias("fog.IBlobGrain")]
public interface IBlobGrain : IGrainWithStringKey
{
    /// <summary>Largest blob. Origin: docs/protocol.md, "Limits".</summary>
    const int SizeBytesMax = 262_144;

    /// <summary>Stores the bytes durably; again is harmless.</summary>
    /// <exception cref="FogException"><see cref="FogError.BlobUnavailable"/>: their digest is not the key; <see cref="FogError.LimitExceeded"/>: too large.</exception>
    [Alias("Put")]
    Task Put(ImmutableArray<byte> content);

    /// <summary>All the bytes, or null when nothing is stored here.</summary>
    [Alias("Get"), ReadOnly]
    Task<BlobContent?> Get();
}

[GenerateSerializer, Immutable, Alias("fog.BlobContent")]
public sealed record BlobContent(ImmutableArray<byte> Bytes);
