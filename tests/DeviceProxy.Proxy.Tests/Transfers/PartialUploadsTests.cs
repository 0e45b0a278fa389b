using Fog.DeviceProxy.Proxy.Messages;
using Fog.DeviceProxy.Proxy.Transfers;
using Fog.Grains.Interfaces.Ids;

namespace Fog.DeviceProxy.Proxy.Tests.Transfers;

public class PartialUploadsTests
{
    private static readonly NodeId A = new("home", "a"), B = new("home", "b");
    private readonly PartialUploads uploads = new(bytesMax: 10_000);

    [Fact]
    public void An_upload_goes_on_where_it_was_left()
    {
        byte[] value = UploadTests.Value(4000);
        var digest = Digest.Of(value);
        uploads.Begin(A, digest, 4000).Accept(Chunk.Of(digest, value, 0));
        Assert.Equal(new Need(digest, 1024, 3), uploads.Begin(A, digest, 4000).NextNeed());
    }

    [Fact]
    public void Two_devices_send_the_same_value_each_on_its_own() =>
        Assert.NotSame(uploads.Begin(A, Digest.Of([1]), 4000), uploads.Begin(B, Digest.Of([1]), 4000));

    [Fact]
    public void Another_size_begins_anew()
    {
        var first = uploads.Begin(A, Digest.Of([1]), 4000);
        Assert.NotSame(first, uploads.Begin(A, Digest.Of([1]), 5000));
        Assert.Equal(5000, uploads.HeldBytes);
    }

    [Fact]
    public void The_least_recently_used_makes_room()
    {
        uploads.Begin(A, Digest.Of([1]), 4000);
        uploads.Begin(A, Digest.Of([2]), 4000);
        Assert.NotNull(uploads.Find(A, Digest.Of([1])));
        uploads.Begin(A, Digest.Of([3]), 4000);
        Assert.Null(uploads.Find(A, Digest.Of([2])));
        Assert.NotNull(uploads.Find(A, Digest.Of([1])));
        Assert.Equal(8000, uploads.HeldBytes);
    }

    [Fact]
    public void A_single_upload_may_be_larger_than_all_the_room()
    {
        uploads.Begin(A, Digest.Of([1]), 4000);
        var large = uploads.Begin(B, Digest.Of([2]), 20_000);
        Assert.Same(large, uploads.Find(B, Digest.Of([2])));
        Assert.Null(uploads.Find(A, Digest.Of([1])));
    }

    [Fact]
    public void An_ended_upload_leaves_nothing()
    {
        uploads.Begin(A, Digest.Of([1]), 4000);
        uploads.End(A, Digest.Of([1]));
        uploads.End(A, Digest.Of([1]));
        Assert.Null(uploads.Find(A, Digest.Of([1])));
        Assert.Equal(0, uploads.HeldBytes);
    }
}
