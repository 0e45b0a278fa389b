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

    [Fact]
    public async Task Writes_that_come_while_turns_run_are_staged_and_committed_behind_those_turns()
    {
        var turns = new HeldTurns(_scheduler);
        var store = new StagingStore();
        var queue = new CommitQueue(store, turns);
        await queue.Write(Write("first")).Come("the first acknowledgement");
        var early = Enumerable.Range(0, 40).Select(i => queue.Write(Write($"{i}"))).ToArray();
        await store.Staged.Come("the staging");
        Assert.All(early, static write => Assert.False(write.IsCompleted));
        Assert.Equal([1], store.Commits);
        var late = queue.Write(Write("late"));
        turns.End();
        await Task.WhenAll([.. early, late]).Come("the acknowledgements");
        Assert.Equal([1, 41], store.Commits);
        turns.End();
        await queue.Drain().Come("the end of the queue");
    }

    [Fact]
    public async Task What_is_staged_when_the_queue_is_abandoned_is_never_committed()
    {
        var turns = new HeldTurns(_scheduler);
        var store = new StagingStore();
        var queue = new CommitQueue(store, turns);
        await queue.Write(Write("first")).Come("the first acknowledgement");
        var lost = Enumerable.Range(0, 40).Select(i => queue.Write(Write($"{i}"))).ToArray();
        await store.Staged.Come("the staging");
        queue.Abandon();
        foreach (var write in lost)
        {
            await Assert.ThrowsAsync<StoreUnavailableException>(() => write).Come("the failure of what was staged");
        }

        turns.End();
        await queue.Drain().Come("the end of the queue");
        Assert.Equal([1], store.Commits);
    }

    /// <summary>The turns that an acknowledgement makes runnable are over when the test says so.</summary>
    private sealed class HeldTurns(ThreadPoolScheduler inner) : IEngineScheduler
    {
        private readonly Lock _lock = new();
        private readonly Queue<IThreadPoolWorkItem> _behind = [];
        private int _ended;

        internal void End()
        {
            lock (_lock)
            {
                _ended++;
                Go();
            }
        }

        public void Schedule(IThreadPoolWorkItem item) => inner.Schedule(item);

        public void ScheduleLast(IThreadPoolWorkItem item)
        {
            lock (_lock)
            {
                _behind.Enqueue(item);
                Go();
            }
        }

        public void ScheduleBlocking(IThreadPoolWorkItem item) => inner.ScheduleBlocking(item);

        private void Go()
        {
            while (_ended > 0 && _behind.TryDequeue(out var item))
            {
                _ended--;
                inner.ScheduleLast(item);
            }
        }
    }

    /// <summary>A store that stages, and says when.</summary>
    private sealed class StagingStore : IStagingStore
    {
        private readonly MemoryRecordStore _inner = new();
        private readonly TaskCompletionSource _staged = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal List<int> Commits { get; } = [];

        internal Task Staged => _staged.Task;

        public StoredRecord? Read(RecordKey key) => _inner.Read(key);

        public IReadOnlyList<KeyValuePair<RecordKey, StoredRecord>> ReadAll(RecordKind kind) => _inner.ReadAll(kind);

        public IEnumerable<KeyValuePair<RecordKey, StoredRecord>> Snapshot() => _inner.Snapshot();

        public void Stage(IReadOnlyList<RecordWrite> batch) => _staged.TrySetResult();

        public void Commit(IReadOnlyList<RecordWrite> batch)
        {
            Commits.Add(batch.Count);
            _inner.Commit(batch);
        }

        public void Dispose() => _inner.Dispose();
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
