using Fog.Engine.Scheduling;

namespace Fog.Engine.Storage;

/// <summary>Group commit: all writes that wait when the store is free go into one transaction, and each is acknowledged after its COMMIT returned.</summary>
internal sealed class CommitQueue(IRecordStore store, IEngineScheduler scheduler) : IThreadPoolWorkItem
{
    private readonly Lock _lock = new();
    private List<RecordWrite> _waiting = [];
    private bool _scheduled;
    private bool _abandoned;
    private TaskCompletionSource? _drained;

    /// <summary>Completes when the write is durable, or is known not to be applied (<see cref="RecordWrite.IsConflict"/>).</summary>
    internal Task Write(RecordWrite write)
    {
        lock (_lock)
        {
            if (_abandoned)
            {
                write.Fail(new StoreUnavailableException("The engine has stopped; nothing was written."));
                return write.Durable;
            }

            _waiting.Add(write);
            if (_scheduled)
            {
                return write.Durable;
            }

            _scheduled = true;
        }

        scheduler.ScheduleBlocking(this);
        return write.Durable;
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
        while (true)
        {
            List<RecordWrite> batch;
            lock (_lock)
            {
                if (_waiting.Count == 0)
                {
                    _scheduled = false;
                    _drained?.SetResult();
                    _drained = null;
                    return;
                }

                if (_waiting.Count <= EngineLimits.WritesPerCommitMax)
                {
                    (batch, _waiting) = (_waiting, []);
                }
                else
                {
                    batch = _waiting[..EngineLimits.WritesPerCommitMax];
                    _waiting = _waiting[EngineLimits.WritesPerCommitMax..];
                }
            }

            Commit(batch);
        }
    }

    private void Commit(List<RecordWrite> batch)
    {
        try
        {
            store.Commit(batch);
        }
        catch (Exception e)
        {
            // Whatever the store's trouble is, it is the answer to each of these writers.
            foreach (var write in batch)
            {
                write.Fail(e);
            }

            return;
        }

        foreach (var write in batch)
        {
            write.Acknowledge();
        }
    }
}
