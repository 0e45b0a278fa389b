using System.Collections.Immutable;
using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Blobs;

namespace Fog.Grains.Blobs;

/// <summary>Bytes that are inline or in a blob grain, to whoever does not care which.</summary>
internal static class BlobStore
{
    /// <summary>Stores the bytes of a call, durably, when they are too large to travel inline.</summary>
    public static async Task<BlobValue> Store(this IGrainFactory grains, ImmutableArray<byte> content)
    {
        var value = BlobValue.Of(content);
        if (!value.IsInline)
        {
            await grains.GetGrain<IBlobGrain>(value.Digest.Hex).PutForCall(content);
        }

        return value;
    }

    /// <exception cref="FogException"><see cref="FogError.BlobUnavailable"/>.</exception>
    public static async Task<ImmutableArray<byte>> Load(this IGrainFactory grains, BlobValue value) =>
        value.IsInline ? value.Inline : await grains.Load(value.Digest);

    /// <exception cref="FogException"><see cref="FogError.BlobUnavailable"/>.</exception>
    public static async Task<ImmutableArray<byte>> Load(this IGrainFactory grains, Interfaces.Ids.Digest digest) =>
        await grains.GetGrain<IBlobGrain>(digest.Hex).Get() is { } content
            ? content.Bytes
            : throw new FogException(FogError.BlobUnavailable, $"The blob store has no bytes of digest {digest}.");
}
