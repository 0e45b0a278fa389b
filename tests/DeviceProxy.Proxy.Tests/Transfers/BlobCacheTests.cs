using Fog.DeviceProxy.Proxy.Tests.Fakes;
using Fog.DeviceProxy.Proxy.Transfers;
using Fog.Grains.Interfaces.Ids;

namespace Fog.DeviceProxy.Proxy.Tests.Transfers;

public class BlobCacheTests
{
    private readonly FakeFog fog = new();
    private readonly BlobCache cache;

    public BlobCacheTests() => cache = new(fog, bytesMax: 10_000);

    [Fact]
    public async Task A_blob_is_asked_for_once()
    {
        var digest = fog.Store(UploadTests.Value(4000));
        Assert.Equal(UploadTests.Value(4000), (await cache.Get(digest))!.Value);
        Assert.Equal(UploadTests.Value(4000), (await cache.Get(digest))!.Value);
        Assert.Equal(1, fog.Blob(digest).Gets);
    }

    [Fact]
    public async Task What_is_not_there_is_asked_for_each_time()
    {
        var digest = Digest.Of([1]);
        Assert.Null(await cache.Get(digest));
        Assert.Null(await cache.Get(digest));
        Assert.Equal(2, fog.Blob(digest).Gets);
    }

    [Fact]
    public async Task The_least_recently_used_makes_room()
    {
        Digest a = fog.Store(UploadTests.Value(4000)), b = fog.Store(UploadTests.Value(4001)), c = fog.Store(UploadTests.Value(4002));
        await cache.Get(a);
        await cache.Get(b);
        await cache.Get(a);
        await cache.Get(c);
        Assert.Equal(8002, cache.HeldBytes);
        await cache.Get(a);
        await cache.Get(b);
        Assert.Equal((1, 2), (fog.Blob(a).Gets, fog.Blob(b).Gets));
    }

    [Fact]
    public async Task A_blob_larger_than_the_cache_passes_through()
    {
        var digest = fog.Store(UploadTests.Value(10_001));
        Assert.Equal(10_001, (await cache.Get(digest))!.Value.Length);
        Assert.Equal(0, cache.HeldBytes);
    }
}
