using System.Collections.Immutable;
using Fog.Grains.Interfaces.Blobs;
using Fog.Grains.Interfaces.Ids;
using Orleans;

namespace Fog.DeviceProxy.Proxy.Transfers;

/// <summary>The blobs that devices are fetching, so that each piece of one does not cost a grain call. Least recently used out first.</summary>
/// <remarks>May be called concurrently.</remarks>
internal sealed class BlobCache(IGrainFactory grains, long bytesMax)
{
    private readonly Lock gate = new();
    private readonly Dictionary<Digest, LinkedListNode<BlobValue>> held = [];
    private readonly LinkedList<BlobValue> byUse = new();
    private long heldBytes;

    public long HeldBytes
    {
        get
        {
            lock (gate)
                return heldBytes;
        }
    }

    /// <summary>All the bytes, or null when the fog does not have them.</summary>
    public async Task<ImmutableArray<byte>?> Get(Digest digest)
    {
        if (Find(digest) is { } found)
            return found;
        if (await grains.GetGrain<IBlobGrain>(digest.Hex).Get() is not { } content)
            return null;
        Keep(new(digest, content.Bytes.Length, content.Bytes));
        return content.Bytes;
    }

    private ImmutableArray<byte>? Find(Digest digest)
    {
        lock (gate)
        {
            if (!held.TryGetValue(digest, out var place))
                return null;
            byUse.Remove(place);
            byUse.AddFirst(place);
            return place.Value.Inline;
        }
    }

    private void Keep(BlobValue blob)
    {
        lock (gate)
        {
            if (blob.SizeBytes > bytesMax || !held.TryAdd(blob.Digest, new(blob)))
                return;
            byUse.AddFirst(held[blob.Digest]);
            heldBytes += blob.SizeBytes;
            while (heldBytes > bytesMax)
            {
                var last = byUse.Last!.Value;
                byUse.RemoveLast();
                held.Remove(last.Digest);
                heldBytes -= last.SizeBytes;
            }
        }
    }
}
