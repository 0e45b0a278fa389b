using System.Collections.Immutable;
using Orleans.Concurrency;

namespace Fog.Grains.Interfaces.Blobs;

/// <summary>Bytes by SHA-256: images, large arguments and results. Key: <see cref="Ids.Digest.Hex"/>.</summary>
[Alias("fog.IBlobGrain")]
public interface IBlobGrain : IGrainWithStringKey
{
    /// <summary>Largest blob. Origin: docs/protocol.md, "Limits".</summary>
    const int SizeBytesMax = 262_144;

    /// <summary>Stores the bytes durably and for good: modules, images, releases. Again is harmless.</summary>
    /// <exception cref="FogException"><see cref="FogError.BlobUnavailable"/>: their digest is not the key; <see cref="FogError.LimitExceeded"/>: too large.</exception>
    [Alias("Put")]
    Task Put(ImmutableArray<byte> content);

    /// <summary>The same for as long as a call that begins now, and its outcome, can need them: arguments, results, snapshots. Again is longer.</summary>
    /// <exception cref="FogException">As <see cref="Put"/>.</exception>
    [Alias("PutForCall")]
    Task PutForCall(ImmutableArray<byte> content);

    /// <summary>Removes bytes that no call can need any more.</summary>
    /// <returns>When to ask again; null: they are gone, or kept for good.</returns>
    [Alias("Expire"), ResponseTimeout(GrainCalls.Timeout)]
    Task<DateTimeOffset?> Expire();

    /// <summary>All the bytes, or null when nothing is stored here.</summary>
    [Alias("Get"), ReadOnly]
    Task<BlobContent?> Get();
}

[GenerateSerializer, Immutable, Alias("fog.BlobContent")]
public sealed record BlobContent(ImmutableArray<byte> Bytes);
