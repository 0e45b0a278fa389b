using System.Collections.Concurrent;
using System.Collections.Immutable;
using Fog.Grains.Interfaces.Blobs;
using Fog.Grains.Interfaces.Ids;
using Orleans;

namespace Fog.DeviceProxy.Proxy.Tests.Fakes;

/// <summary>The grains as the proxy sees them.</summary>
internal sealed class FakeFog : IGrainFactory
{
    private readonly ConcurrentDictionary<string, FakeNode> nodes = new();
    private readonly ConcurrentDictionary<string, FakeBlob> blobs = new();

    /// <summary>References handed out for observers and not yet deleted.</summary>
    public List<IGrainObserver> Observers { get; } = [];

    public FakeNode Node(string key) => nodes.GetOrAdd(key, k => new FakeNode(NodeId.Parse(k)));

    public FakeBlob Blob(Digest digest) => blobs.GetOrAdd(digest.Hex, h => new FakeBlob(new Digest(h)));

    public Digest Store(byte[] content)
    {
        var digest = Digest.Of(content);
        Blob(digest).Content = [.. content];
        return digest;
    }

    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey =>
        (TGrainInterface)(typeof(TGrainInterface) == typeof(IBlobGrain) ? (object)Blob(new(primaryKey)) : Node(primaryKey));

    public TGrainObserverInterface CreateObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver
    {
        Observers.Add(obj);
        return (TGrainObserverInterface)obj;
    }

    public void DeleteObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver => Observers.Remove(obj);
}

internal sealed class FakeBlob(Digest digest) : IBlobGrain
{
    public ImmutableArray<byte>? Content { get; set; }

    public int Gets { get; private set; }

    public Exception? PutFails { get; set; }

    public Task Put(ImmutableArray<byte> content) => throw new NotSupportedException("A device's values are those of calls.");

    public Task<DateTimeOffset?> Expire() => throw new NotSupportedException();

    public Task PutForCall(ImmutableArray<byte> content)
    {
        if (PutFails is not null)
            return Task.FromException(PutFails);
        Assert.Equal(digest, Digest.Of(content.AsSpan()));
        Content = content;
        return Task.CompletedTask;
    }

    public Task<BlobContent?> Get()
    {
        Gets++;
        return Task.FromResult(Content is { } content ? new BlobContent(content) : null);
    }
}
