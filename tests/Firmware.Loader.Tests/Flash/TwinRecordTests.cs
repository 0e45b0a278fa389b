using Fog.Firmware.Loader.Flash;
using Fog.Firmware.Logic.Tests;

namespace Fog.Firmware.Loader.Tests.Flash;

public class TwinRecordTests
{
    private readonly MemoryFlash flash = new();

    public static TheoryData<PowerFailure> Failures() => [.. Enum.GetValues<PowerFailure>()];

    [Fact]
    public void What_was_saved_last_is_found()
    {
        Assert.Null(new TwinRecord(flash, "t").Content);
        for (byte i = 1; i <= 5; i++)
        {
            Assert.True(new TwinRecord(flash, "t").Save([i, i]));
            var found = new TwinRecord(flash, "t");
            Assert.Equal([i, i], found.Content);
            Assert.Equal(i, found.Sequence);
        }

        Assert.Equal(["t0", "t1"], flash.Records.Keys.Order());
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public void Power_that_fails_in_a_save_leaves_the_one_before_or_the_new_one(PowerFailure failure)
    {
        flash.Failure = failure;
        foreach (var step in Enumerable.Range(1, 2))
        {
            flash.Records.Clear();
            new TwinRecord(flash, "t").Save([1]);
            new TwinRecord(flash, "t").Save([2]);
            flash.FailsAt = flash.Steps + step;

            Assert.Throws<PowerLostException>(() => new TwinRecord(flash, "t").Save([3]));

            var found = new TwinRecord(flash, "t").Content;
            Assert.NotNull(found);
            Assert.Equal(step == 2 && failure == PowerFailure.After ? 3 : 2, Assert.Single(found));
            Assert.True(new TwinRecord(flash, "t").Save([4]));
            Assert.Equal([4], new TwinRecord(flash, "t").Content);
        }

    }

    [Fact]
    public void Without_room_the_one_before_counts()
    {
        new TwinRecord(flash, "t").Save([1]);
        new TwinRecord(flash, "t").Save([2]);
        flash.CapacityBytes = flash.Records.Values.Sum(record => record.Length);

        Assert.False(new TwinRecord(flash, "t").Save(new byte[100]));

        Assert.Equal([2], new TwinRecord(flash, "t").Content);
    }

    [Fact]
    public void A_copy_that_decayed_does_not_count()
    {
        new TwinRecord(flash, "t").Save([1]);
        new TwinRecord(flash, "t").Save([2]);
        foreach (var name in new[] { "t0", "t1" })
            flash.Records[name][^1] ^= (byte)(flash.Records[name][^1] == 2 ? 1 : 0);

        Assert.Equal([1], new TwinRecord(flash, "t").Content);
    }

    [Fact]
    public void What_is_deleted_is_not_there()
    {
        var record = new TwinRecord(flash, "t");
        record.Save([1]);
        record.Save([2]);
        record.Delete();

        Assert.Null(record.Content);
        Assert.Empty(flash.Records);
    }
}
