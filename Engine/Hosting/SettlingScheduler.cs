using Fog.Engine.Scheduling;

namespace Fog.Engine.Hosting;

/// <summary>A scheduler that knows when nothing is left to run.</summary>
internal sealed class SettlingScheduler : IEngineScheduler, IDisposable
{
    private readonly ThreadPoolScheduler _inner = new();
    private readonly Lock _lock = new();
    private int _unfinished;
    private TaskCompletionSource? _settled;

    public void Schedule(IThreadPoolWorkItem item) => _inner.Schedule(Count(item));

    public void ScheduleLast(IThreadPoolWorkItem item) => _inner.ScheduleLast(Count(item));

    public void ScheduleBlocking(IThreadPoolWorkItem item) => _inner.ScheduleBlocking(Count(item));

    public void Dispose() => _inner.Dispose();

    /// <summary>Completes when all that was scheduled, and all that this scheduled in turn, has run.</summary>
    internal Task Settled()
    {
        lock (_lock)
        {
            return _unfinished == 0
                ? Task.CompletedTask
                : (_settled ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    private CountedItem Count(IThreadPoolWorkItem item)
    {
        lock (_lock)
        {
            _unfinished++;
        }

        return new CountedItem(this, item);
    }

    private sealed class CountedItem(SettlingScheduler scheduler, IThreadPoolWorkItem item) : IThreadPoolWorkItem
    {
        public void Execute()
        {
            item.Execute();
            lock (scheduler._lock)
            {
                if (--scheduler._unfinished == 0)
                {
                    scheduler._settled?.SetResult();
                    scheduler._settled = null;
                }
            }
        }
    }
}
