using FsCheck;
using FsCheck.Fluent;
using Fog.DeviceProxy.Proxy.Messages;
using Fog.DeviceProxy.Proxy.Transfers;
using Fog.Grains.Interfaces.Ids;

namespace Fog.DeviceProxy.Proxy.Tests.Transfers;

public class UploadTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(1024, 1, 1)]
    [InlineData(1025, 2, 1)]
    [InlineData(8192, 8, 1)]
    [InlineData(8193, 8, 2)]
    [InlineData(262144, 8, 32)]
    public void A_value_comes_in_runs_of_up_to_eight_chunks(int size, int firstCount, int needs)
    {
        byte[] value = Value(size);
        var upload = new Upload(Digest.Of(value), size);
        var need = upload.NextNeed();
        Assert.Equal((0, firstCount), (need.Offset, need.Count));
        int asked = 1;
        while (Answer(upload, value, need) == UploadStep.AskOn)
        {
            need = upload.NextNeed();
            asked++;
        }

        Assert.Equal(needs, asked);
        Assert.Equal(value, upload.TryFinish()!.Value);
    }

    [Fact]
    public void What_was_lost_within_a_run_is_asked_for_when_the_run_has_ended()
    {
        byte[] value = Value(10 * 1024);
        var upload = new Upload(Digest.Of(value), value.Length);
        upload.NextNeed();
        Assert.Equal(UploadStep.Taken, Accept(upload, value, 0));
        Assert.Equal(UploadStep.Taken, Accept(upload, value, 1));
        foreach (int chunk in new[] { 4, 5, 6 })
            Assert.Equal(UploadStep.Taken, Accept(upload, value, chunk));
        Assert.Equal(UploadStep.AskOn, Accept(upload, value, 7));
        Assert.Equal(new Need(upload.Digest, 2 * 1024, 2), upload.NextNeed());
        Assert.Equal(UploadStep.Taken, Accept(upload, value, 2));
        Assert.Equal(UploadStep.AskOn, Accept(upload, value, 3));
        Assert.Equal(new Need(upload.Digest, 8 * 1024, 2), upload.NextNeed());
    }

    [Fact]
    public void A_chunk_that_came_before_is_a_duplicate()
    {
        byte[] value = Value(3000);
        var upload = new Upload(Digest.Of(value), value.Length);
        upload.NextNeed();
        Assert.Equal(UploadStep.Taken, Accept(upload, value, 1));
        Assert.Equal(UploadStep.Duplicate, Accept(upload, value, 1));
    }

    [Fact]
    public void A_duplicate_with_other_bytes_changes_nothing()
    {
        byte[] value = Value(2000);
        var upload = new Upload(Digest.Of(value), value.Length);
        Accept(upload, value, 0);
        upload.Accept(Chunk.Of(upload.Digest, new byte[2000], 0));
        Assert.Equal(UploadStep.Complete, Accept(upload, value, 1));
        Assert.NotNull(upload.TryFinish());
    }

    [Fact]
    public void Bytes_that_are_not_what_the_digest_says_are_worth_nothing()
    {
        byte[] value = Value(2000);
        var upload = new Upload(Digest.Of(value), value.Length);
        value[1500] ^= 1;
        Accept(upload, value, 0);
        Assert.Equal(UploadStep.Complete, Accept(upload, value, 1));
        Assert.Null(upload.TryFinish());
    }

    [Fact]
    public void A_value_of_another_size_is_not_what_was_promised()
    {
        byte[] value = Value(3000);
        var upload = new Upload(Digest.Of(value), 3001);
        Assert.Equal(UploadStep.NotAsPromised, Accept(upload, value, 0));
    }

    [Fact]
    public void A_device_may_no_longer_know_the_value()
    {
        var upload = new Upload(Digest.Of([1]), 1);
        Assert.Equal(UploadStep.NotKnown, upload.Accept(Chunk.NotKnown(upload.Digest)));
        Assert.Null(upload.TryFinish());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(262145)]
    public void A_size_that_no_blob_has_is_misuse(int size) => Assert.Throws<ArgumentOutOfRangeException>(() => new Upload(Digest.Of([]), size));

    /// <summary>Any part of each answer is lost, doubled and shuffled; asking again when nothing comes is enough to finish.</summary>
    [Fact]
    public void Loss_duplication_and_reordering_only_delay()
    {
        var runs = from size in Gen.Choose(1, 20_000)
                   from fates in Gen.NonEmptyListOf(Gen.Choose(0, 5))
                   select (size, fates);
        Prop.ForAll(runs.ToArbitrary(), run =>
        {
            byte[] value = Value(run.size);
            var upload = new Upload(Digest.Of(value), run.size);
            int fate = 0;
            for (int round = 0; round < 2000; round++)
            {
                var need = upload.NextNeed();
                var arriving = new List<int>();
                for (int i = 0; i < need.Count; i++)
                {
                    int chunk = need.Offset / 1024 + i;
                    switch (run.fates[fate++ % run.fates.Count])
                    {
                        case 0 when round % 7 != 6: // lost, yet not for ever
                            break;
                        case 1:
                            arriving.AddRange([chunk, chunk]);
                            break;
                        case 2:
                            arriving.Insert(0, chunk);
                            break;
                        default:
                            arriving.Add(chunk);
                            break;
                    }
                }

                foreach (int chunk in arriving)
                {
                    if (Accept(upload, value, chunk) == UploadStep.Complete)
                        return value.AsSpan().SequenceEqual(upload.TryFinish()!.Value.AsSpan());
                }
            }

            return false;
        }).QuickCheckThrowOnFailure();
    }

    internal static byte[] Value(int size) => [.. Enumerable.Range(0, size).Select(i => (byte)(i * 31 + i / 256))];

    private static UploadStep Answer(Upload upload, byte[] value, Need need)
    {
        for (int i = 0; ; i++)
        {
            var step = Accept(upload, value, need.Offset / 1024 + i);
            if (step != UploadStep.Taken)
            {
                Assert.Equal(need.Count - 1, i);
                return step;
            }
        }
    }

    private static UploadStep Accept(Upload upload, byte[] value, int chunk) => upload.Accept(Chunk.Of(upload.Digest, value, chunk * 1024));
}
