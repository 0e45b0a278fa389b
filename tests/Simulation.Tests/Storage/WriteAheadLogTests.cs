using Fog.Engine.Storage;
using Fog.Simulation.Scheduling;
using Fog.Simulation.Storage;

namespace Fog.Simulation.Tests.Storage;

public class WriteAheadLogTests
{
    private static readonly RecordWrite[] s_batch =
    [
        new(new(RecordKind.State, "node/lab/d1", "node"), null, [1, 2, 3]),
        new(new(RecordKind.State, "cluster/lab/c1", "cluster"), 17, new byte[1000]),
        new(new(RecordKind.Reminder, "dispatcher/lab", "revive"), 4, null),
    ];

    [Fact]
    public void A_commit_that_is_all_there_is_recovered_as_it_was()
    {
        var recovered = WriteAheadLog.Recover(WriteAheadLog.Encode(s_batch))!;

        Assert.Equal(s_batch.Select(static w => (w.Key, w.ExpectedVersion)), recovered.Select(static w => (w.Key, w.ExpectedVersion)));
        Assert.Equal(s_batch.Select(static w => w.Body), recovered.Select(static w => w.Body));
    }

    [Fact]
    public void Of_a_commit_that_is_not_all_there_nothing_is_recovered()
    {
        var log = WriteAheadLog.Encode(s_batch);
        for (int length = 0; length < log.Length; length++)
        {
            Assert.Null(WriteAheadLog.Recover(log.AsSpan(0, length)));
        }
    }

    [Fact]
    public void A_torn_sector_is_noticed()
    {
        var log = WriteAheadLog.Encode(s_batch);
        var random = new SeededRandom(1);
        int whole = 0;
        for (int i = 0; i < 1000; i++)
        {
            var torn = WriteAheadLog.Torn(log, random);
            bool isWhole = torn.AsSpan().SequenceEqual(log);
            whole += isWhole ? 1 : 0;
            Assert.Equal(isWhole, WriteAheadLog.Recover(torn) is not null);
        }

        Assert.InRange(whole, 150, 350);
    }
}
