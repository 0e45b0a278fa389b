using Fog.Engine.Scheduling;
using Fog.Engine.Storage;
using Fog.Engine.Tests.Runtime;

namespace Fog.Engine.Tests.Storage;

public sealed class CommitQueueTests : IDisposable
{
    private readonly ThreadPoolScheduler _scheduler = new();
    private readonly HeldStore _store = new();

    public void Dispose()
    {
        _store.Release(int.MaxValue / 2);
        _scheduler.Dispose();
        _store.Dispose();
    }

    private static RecordWrite Write(string name) => new(new RecordKey(RecordKind.State, "g/a", name), null, [1]);

    [Fact]
    public async Task A_write_is_acknowledged_only_after_its_commit_returned()
    {
        var queue = new CommitQueue(_store, _scheduler);
        var written = queue.Write(Write("a"));
        await _store.Entered(1).Come("the commit");
        Assert.False(written.IsCompleted);
        Assert.False(queue.Drain().IsCompleted);
        _store.Release(1);
        await written.Come("the acknowledgement");
        await queue.Drain().Come("the end of the queue");
    }

    [Fact]
    public async Task Writes_that_come_during_a_commit_share_the_next_one()
    {
        var queue = new CommitQueue(_store, _scheduler);
        var first = queue.Write(Write("first"));
        await _store.Entered(1).Come("the first commit");
        var rest = Enumerable.Range(0, 100).Select(i => queue.Write(Write($"{i}"))).ToArray();
        _store.Release(1);
        await first.Come("the first acknowledgement");
        await _store.Entered(2).Come("the second commit");
        Assert.All(rest, static write => Assert.False(write.IsCompleted));
        _store.Release(1);
        await Task.WhenAll(rest).Come("a hundred acknowledgements");
        Assert.Equal([1, 100], _store.BatchSizes);
    }

    [Fact]
    public async Task A_commit_takes_no_more_than_the_limit()
    {
        var queue = new CommitQueue(_store, _scheduler);
        var first = queue.Write(Write("first"));
        await _store.Entered(1).Come("the first commit");
        var rest = Enumerable.Range(0, EngineLimits.WritesPerCommitMax + 5).Select(i => queue.Write(Write($"{i}"))).ToArray();
        _store.Release(3);
        await Task.WhenAll([first, .. rest]).Come("all acknowledgements");
        Assert.Equal([1, EngineLimits.WritesPerCommitMax, 5], _store.BatchSizes);
    }

    [Fact]
    public async Task Writes_that_belong_together_share_a_transaction_beyond_the_limit()
    {
        var queue = new CommitQueue(_store, _scheduler);
        var first = queue.Write(Write("first"));
        await _store.Entered(1).Come("the first commit");
        var alone = Enumerable.Range(0, EngineLimits.WritesPerCommitMax - 5).Select(i => queue.Write(Write($"{i}"))).ToArray();
        var together = queue.WriteTogether([.. Enumerable.Range(0, 20).Select(i => Write($"together {i}"))]);
        var last = queue.Write(Write("last"));
        _store.Release(3);
        await Task.WhenAll([first, .. alone, together, last]).Come("all acknowledgements");
        Assert.Equal([1, EngineLimits.WritesPerCommitMax + 15, 1], _store.BatchSizes);
    }

    [Fact]
    public async Task A_failed_commit_fails_each_of_its_writes_and_no_other()
    {
        var queue = new CommitQueue(_store, _scheduler);
        _store.FailNext = new StoreUnavailableException("The disk is full.");
        var lost = queue.Write(Write("lost"));
        _store.Release(1);
        Assert.Equal("The disk is full.", (await Assert.ThrowsAsync<StoreUnavailableException>(() => lost).Come("the failure")).Message);
        _store.Release(1);
        await queue.Write(Write("kept")).Come("the next write");
    }

    [Fact]
    public async Task An_abandoned_queue_acknowledges_nothing_that_it_has_not_committed()
    {
        var queue = new CommitQueue(_store, _scheduler);
        var underWay = queue.Write(Write("under way"));
        await _store.Entered(1).Come("the commit");
        var waiting = queue.Write(Write("waiting"));
        queue.Abandon();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => waiting).Come("the failure of the write that waited");
        await Assert.ThrowsAsync<StoreUnavailableException>(() => queue.Write(Write("late"))).Come("the failure of the late write");
        _store.Release(1);
        await underWay.Come("the write under way");
        Assert.Equal([1], _store.BatchSizes);
    }

    /// <summary>A store whose commits return when the test lets them.</summary>
    private sealed class HeldStore : IRecordStore
    {
        private readonly MemoryRecordStore _inner = new();
        private readonly SemaphoreSlim _released = new(0);
        private readonly TaskCompletionSource[] _entered = [.. Enumerable.Range(0, 8).Select(static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))];

        internal List<int> BatchSizes { get; } = [];

        internal Exception? FailNext { get; set; }

        internal Task Entered(int commit) => _entered[commit].Task;

        internal void Release(int commits) => _released.Release(commits);

        public StoredRecord? Read(RecordKey key) => _inner.Read(key);

        public IReadOnlyList<KeyValuePair<RecordKey, StoredRecord>> ReadAll(RecordKind kind) => _inner.ReadAll(kind);

        public IEnumerable<KeyValuePair<RecordKey, StoredRecord>> Snapshot() => _inner.Snapshot();

        public void Commit(IReadOnlyList<RecordWrite> batch)
        {
            lock (BatchSizes)
            {
                BatchSizes.Add(batch.Count);
                _entered[BatchSizes.Count].TrySetResult();
            }

            _released.Wait();
            if (FailNext is { } failure)
            {
                FailNext = null;
                throw failure;
            }

            _inner.Commit(batch);
        }

        public void Dispose() => _released.Dispose();
    }
}
