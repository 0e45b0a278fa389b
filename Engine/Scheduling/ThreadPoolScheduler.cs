namespace Fog.Engine.Scheduling;

/// <summary>The production scheduler: turns on the thread pool, blocking items on one thread of their own.</summary>
public sealed class ThreadPoolScheduler : IEngineScheduler, IDisposable
{
    /// <summary>Of so many items a thread schedules, one goes to the common queue. A power of two.</summary>
    private const int LocalRunMax = 32;

    [ThreadStatic]
    private static uint t_scheduled;

    private readonly Lock _lock = new();
    private readonly Queue<IThreadPoolWorkItem> _blocking = [];
    private readonly SemaphoreSlim _available = new(0);
    private Thread? _thread;
    private bool _disposed;

    public void Schedule(IThreadPoolWorkItem item)
    {
        // What a turn wakes runs next on its thread, while its data is in the cache. But a thread looks into the common
        // queue only when its own is empty, and grains that keep waking each other would keep it from being so.
        var isLocal = (++t_scheduled & (LocalRunMax - 1)) != 0;
        ThreadPool.UnsafeQueueUserWorkItem(item, isLocal);
    }

    /// <remarks>The common queue: each thread empties its own first.</remarks>
    public void ScheduleLast(IThreadPoolWorkItem item) => ThreadPool.UnsafeQueueUserWorkItem(item, preferLocal: false);

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
