using Fog.Engine.Scheduling;

namespace Fog.Engine.Storage;

/// <summary>Group commit: all writes that wait when the store is free go into one transaction, and each is acknowledged after its COMMIT returned.</summary>
/// <remarks>The next commit begins behind the turns that the last one's acknowledgements made runnable: who writes again at once is in it, with who came meanwhile.
/// Otherwise writers would fall into two halves that take turns, each with a sync of its own.</remarks>
internal sealed class CommitQueue : IThreadPoolWorkItem
{
    private readonly IRecordStore _store;
    private readonly IEngineScheduler _scheduler;
    private readonly NextCommit _next;
    private readonly Lock _lock = new();
    private List<RecordWrite> _waiting = [];
    private bool _scheduled;
    private bool _abandoned;
    private TaskCompletionSource? _drained;

    internal CommitQueue(IRecordStore store, IEngineScheduler scheduler)
    {
        _store = store;
        _scheduler = scheduler;
        _next = new NextCommit(this);
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
            if (_scheduled)
            {
                return;
            }

            _scheduled = true;
        }

        _scheduler.ScheduleBlocking(this);
    }

    /// <summary>Completes when no write waits.</summary>
    internal Task Drain()
    {
        lock (_lock)
        {
            return _scheduled
                ? (_drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task
                : Task.CompletedTask;
        }
    }

    /// <summary>Fails what waits and what comes. A commit under way may still succeed, unacknowledged, as in a crash.</summary>
    internal void Abandon()
    {
        List<RecordWrite> lost;
        lock (_lock)
        {
            _abandoned = true;
            (lost, _waiting) = (_waiting, []);
        }

        foreach (var write in lost)
        {
            write.Fail(new StoreUnavailableException("The engine stopped before this was written."));
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        List<RecordWrite> batch;
        lock (_lock)
        {
            if (_waiting.Count <= EngineLimits.WritesPerCommitMax)
            {
                (batch, _waiting) = (_waiting, []);
            }
            else
            {
                int count = EngineLimits.WritesPerCommitMax;
                while (_waiting[count - 1].IsWithNext)
                {
                    count++;
                }

                batch = _waiting[..count];
                _waiting = _waiting[count..];
            }
        }

        var failure = Commit(batch);
        _scheduler.Schedule(new Answers(this, batch, failure));
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
                if (queue._waiting.Count == 0)
                {
                    queue._scheduled = false;
                    queue._drained?.SetResult();
                    queue._drained = null;
                    return;
                }
            }

            queue._scheduler.ScheduleBlocking(queue);
        }
    }
}
