using System.Collections.Immutable;
using Fog.Engine.Storage;
using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Blobs;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Tests.Site;

namespace Fog.Grains.Tests.Blobs;

public class BlobTests
{
    private static readonly ImmutableArray<byte> Content = [1, 2, 3];

    private static IBlobGrain Blob(TestSite site, ImmutableArray<byte> content) => site.Host.GrainFactory.GetGrain<IBlobGrain>(Digest.Of(content.AsSpan()).Hex);

    [Fact]
    public async Task Bytes_are_kept_under_their_digest_over_a_crash()
    {
        await using var site = await TestSite.Start();
        await Blob(site, Content).Put(Content);
        await Blob(site, Content).Put(Content);
        await site.Crash();
        Assert.Equal([1, 2, 3], (await Blob(site, Content).Get())!.Bytes.ToArray());
    }

    [Fact]
    public async Task Bytes_that_are_durable_but_reported_as_failed_are_found_by_the_next_caller()
    {
        await using var site = await TestSite.Start();
        site.Store.DenyNextOf = "blob/";
        await Assert.ThrowsAsync<StoreUnavailableException>(() => Blob(site, Content).Put(Content));
        await Blob(site, Content).Put(Content);
        Assert.Equal([1, 2, 3], (await Blob(site, Content).Get())!.Bytes.ToArray());
    }

    [Fact]
    public async Task Bytes_of_another_digest_are_refused()
    {
        await using var site = await TestSite.Start();
        var refused = await Assert.ThrowsAsync<FogException>(() => Blob(site, Content).Put([1, 2, 4]));
        Assert.Equal(FogError.BlobUnavailable, refused.Error);
        Assert.Null(await Blob(site, Content).Get());
    }

    [Fact]
    public async Task More_than_a_device_could_fetch_is_refused()
    {
        await using var site = await TestSite.Start();
        ImmutableArray<byte> large = [.. new byte[IBlobGrain.SizeBytesMax + 1]];
        Assert.Equal(FogError.LimitExceeded, (await Assert.ThrowsAsync<FogException>(() => Blob(site, large).Put(large))).Error);
        large = large[1..];
        await Blob(site, large).Put(large);
    }
}
