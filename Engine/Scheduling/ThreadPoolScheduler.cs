namespace Fog.Engine.Scheduling;

/// <summary>The production scheduler: turns on the thread pool, blocking items on one thread of their own.</summary>
public sealed class ThreadPoolScheduler : IEngineScheduler, IDisposable
{
    private readonly Lock _lock = new();
    private readonly Queue<IThreadPoolWorkItem> _blocking = [];
    private readonly SemaphoreSlim _available = new(0);
    private Thread? _thread;
    private bool _disposed;

    // The local queue: what this turn wakes runs next on this thread, while its data is in the cache.
    public void Schedule(IThreadPoolWorkItem item) => ThreadPool.UnsafeQueueUserWorkItem(item, preferLocal: true);

    public void ScheduleBlocking(IThreadPoolWorkItem item)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _blocking.Enqueue(item);
            if (_thread is null)
            {
                _thread = new Thread(RunBlocking) { IsBackground = true, Name = "Fog.Engine writer" };
                _thread.UnsafeStart();
            }
        }

        _available.Release();
    }

    /// <summary>Returns once the items scheduled so far have run.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
        }

        _available.Release();
        _thread?.Join();
        _available.Dispose();
    }

    private void RunBlocking()
    {
        while (true)
        {
            _available.Wait();
            IThreadPoolWorkItem? item;
            lock (_lock)
            {
                if (!_blocking.TryDequeue(out item))
                {
                    return; // Woken without an item: disposed.
                }
            }

            item.Execute();
        }
    }
}
