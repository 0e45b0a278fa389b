using Fog.Grains.Interfaces.Ids;

namespace Fog.DeviceProxy.Proxy.Transfers;

/// <summary>Uploads begun, kept over the devices' sleeps up to a number of bytes. Least recently used out first.</summary>
/// <remarks>May be called concurrently; one upload is used by its own device's turn only.</remarks>
internal sealed class PartialUploads(long bytesMax)
{
    private readonly Lock gate = new();
    private readonly Dictionary<(NodeId, Digest), LinkedListNode<(NodeId Node, Upload Upload)>> held = [];
    private readonly LinkedList<(NodeId Node, Upload Upload)> byUse = new();
    private long heldBytes;

    public long HeldBytes
    {
        get
        {
            lock (gate)
                return heldBytes;
        }
    }

    /// <summary>What a device has sent of a value so far, or the empty beginning of it.</summary>
    public Upload Begin(NodeId node, Digest digest, int sizeBytes)
    {
        lock (gate)
        {
            if (Touch(node, digest) is { } begun)
            {
                if (begun.SizeBytes == sizeBytes)
                    return begun;
                Remove(node, digest);
            }

            var upload = new Upload(digest, sizeBytes);
            held.Add((node, digest), byUse.AddFirst((node, upload)));
            heldBytes += sizeBytes;
            while (heldBytes > bytesMax && held.Count > 1)
                Remove(byUse.Last!.Value.Node, byUse.Last.Value.Upload.Digest);
            return upload;
        }
    }

    public Upload? Find(NodeId node, Digest digest)
    {
        lock (gate)
            return Touch(node, digest);
    }

    public void End(NodeId node, Digest digest)
    {
        lock (gate)
            Remove(node, digest);
    }

    private Upload? Touch(NodeId node, Digest digest)
    {
        if (!held.TryGetValue((node, digest), out var place))
            return null;
        byUse.Remove(place);
        byUse.AddFirst(place);
        return place.Value.Upload;
    }

    private void Remove(NodeId node, Digest digest)
    {
        if (!held.Remove((node, digest), out var place))
            return;
        byUse.Remove(place);
        heldBytes -= place.Value.Upload.SizeBytes;
    }
}
