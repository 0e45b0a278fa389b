using System.Runtime.InteropServices;
using Fog.Engine.Scheduling;

namespace Fog.Engine.Storage;

/// <summary>Group commit: all writes that wait when the store is free go into one transaction, and each is acknowledged after its COMMIT returned.</summary>
/// <remarks>
/// The next commit begins behind the turns that the last one's acknowledgements made runnable: who writes again at once is in it, with who came meanwhile.
/// Otherwise writers would fall into two halves that take turns, each with a sync of its own. A store that can stage applies writes while those turns run,
/// so that what is left to the commit is the sync.
/// <code>
/// turns    acknowledged ─► run, write ──────────────► last      acknowledged ─► …
/// store                     stage   stage   stage ───────► COMMIT
/// </code>
/// </remarks>
internal sealed class CommitQueue : IThreadPoolWorkItem
{
    /// <summary>Writes that are worth waking the store's thread for while turns still run.</summary>
    private const int StagedMin = 16;

    private readonly IRecordStore _store;
    private readonly IStagingStore? _staging;
    private readonly IEngineScheduler _scheduler;
    private readonly NextCommit _next;
    private readonly Lock _lock = new();
    private List<RecordWrite> _waiting = [];
    private List<RecordWrite> _batch = []; // Of the next commit, staged or being so; changed by the store's thread only, within the lock.
    private Phase _phase;
    private bool _isWriting;
    private bool _abandoned;
    private TaskCompletionSource? _drained;

    internal CommitQueue(IRecordStore store, IEngineScheduler scheduler)
    {
        _store = store;
        _staging = store as IStagingStore;
        _scheduler = scheduler;
        _next = new NextCommit(this);
    }

    private enum Phase : byte
    {
        /// <summary>No write waits, and nobody is being told of one.</summary>
        Idle,

        /// <summary>Who writes now is in the next commit, which is not due yet: the last one is under way, or turns run that it made runnable.</summary>
        Gathering,

        /// <summary>The store's thread is to commit.</summary>
        Due,
    }

    /// <summary>Completes when the write is durable, or is known not to be applied (<see cref="RecordWrite.IsConflict"/>).</summary>
    internal Task Write(RecordWrite write)
    {
        Enqueue([write]);
        return write.Durable;
    }

    /// <summary>Completes when all of them are durable; they are in one transaction, however many they are.</summary>
    internal Task WriteTogether(IReadOnlyList<RecordWrite> writes)
    {
        foreach (var write in writes.SkipLast(1))
        {
            write.IsWithNext = true;
        }

        Enqueue([.. writes]);
        return Task.WhenAll(writes.Select(static write => write.Durable));
    }

    private void Enqueue(params ReadOnlySpan<RecordWrite> writes)
    {
        lock (_lock)
        {
            if (_abandoned)
            {
                foreach (var write in writes)
                {
                    write.Fail(new StoreUnavailableException("The engine has stopped; nothing was written."));
                }

                return;
            }

            _waiting.AddRange(writes);
            _phase = _phase == Phase.Idle ? Phase.Due : _phase;
            if (_isWriting || !IsWorkForStore)
            {
                return;
            }

            _isWriting = true;
        }

        _scheduler.ScheduleBlocking(this);
    }

    /// <summary>Completes when no write waits.</summary>
    internal Task Drain()
    {
        lock (_lock)
        {
            return _phase == Phase.Idle
                ? Task.CompletedTask
                : (_drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>Fails what waits and what comes. A commit under way may still succeed, unacknowledged, as in a crash.</summary>
    internal void Abandon()
    {
        List<RecordWrite> lost;
        lock (_lock)
        {
            _abandoned = true;
            lost = [.. _batch, .. _waiting];
            (_batch, _waiting) = ([], []);
        }

        foreach (var write in lost)
        {
            write.Fail(new StoreUnavailableException("The engine stopped before this was written."));
        }
    }

    /// <summary>Within the lock.</summary>
    private bool IsWorkForStore => _phase == Phase.Due
        || (_staging is not null && _waiting.Count >= StagedMin && _batch.Count < EngineLimits.WritesPerCommitMax);

    void IThreadPoolWorkItem.Execute()
    {
        while (true)
        {
            List<RecordWrite> batch;
            bool isDue;
            lock (_lock)
            {
                if (!IsWorkForStore)
                {
                    _isWriting = false;
                    return;
                }

                TakeWaiting();
                batch = _batch;
                isDue = _phase == Phase.Due;
                if (isDue)
                {
                    _batch = [];
                    _phase = Phase.Gathering;
                }
            }

            if (isDue)
            {
                var failure = Commit(batch);
                _scheduler.Schedule(new Answers(this, batch, failure));
            }
            else
            {
                _staging!.Stage(batch);
            }
        }
    }

    /// <summary>Within the lock: adds to the batch what it has room for, and what belongs to the last of that.</summary>
    private void TakeWaiting()
    {
        int count = Math.Min(_waiting.Count, EngineLimits.WritesPerCommitMax - _batch.Count);
        while (count > 0 && _waiting[count - 1].IsWithNext)
        {
            count++;
        }

        if (count == _waiting.Count && _batch.Count == 0)
        {
            (_batch, _waiting) = (_waiting, _batch);
        }
        else if (count > 0)
        {
            _batch.AddRange(CollectionsMarshal.AsSpan(_waiting)[..count]);
            _waiting.RemoveRange(0, count);
        }
    }

    /// <returns>Whatever the store's trouble is: the answer to each of these writers.</returns>
    private Exception? Commit(List<RecordWrite> batch)
    {
        try
        {
            _store.Commit(batch);
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }

    /// <summary>Tells the writers of a commit, away from the thread that writes: each wakes a grain.</summary>
    private sealed class Answers(CommitQueue queue, List<RecordWrite> batch, Exception? failure) : IThreadPoolWorkItem
    {
        public void Execute()
        {
            foreach (var write in batch)
            {
                if (failure is null)
                {
                    write.Acknowledge();
                }
                else
                {
                    write.Fail(failure);
                }
            }

            queue._scheduler.ScheduleLast(queue._next);
        }
    }

    private sealed class NextCommit(CommitQueue queue) : IThreadPoolWorkItem
    {
        public void Execute()
        {
            lock (queue._lock)
            {
                if (queue._waiting.Count == 0 && queue._batch.Count == 0)
                {
                    queue._phase = Phase.Idle;
                    queue._drained?.SetResult();
                    queue._drained = null;
                    return;
                }

                queue._phase = Phase.Due;
                if (queue._isWriting)
                {
                    return; // The store's thread is staging, and sees it.
                }

                queue._isWriting = true;
            }

            queue._scheduler.ScheduleBlocking(queue);
        }
    }
}
