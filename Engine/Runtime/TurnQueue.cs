using Fog.Engine.Scheduling;
using Microsoft.Extensions.Logging;

namespace Fog.Engine.Runtime;

/// <summary>Runs its items one at a time, in the order they came: no two turns of one queue overlap.</summary>
/// <remarks>It is the <see cref="SynchronizationContext"/> of its turns, so what a turn awaits continues in a later turn of the same queue.</remarks>
internal abstract class TurnQueue : SynchronizationContext, IThreadPoolWorkItem
{
    /// <summary>Items run before other queues get the thread.</summary>
    private const int ItemsPerSliceMax = 256;

    private static readonly WorkItem s_scheduled = new Sentinel();

    // null: nothing to do. s_scheduled: execution is due or under way, no item is new.
    // Otherwise the newest of a chain of new items, which ends in null or s_scheduled.
    private WorkItem? _inbox;

    protected abstract IEngineScheduler Scheduler { get; }

    protected abstract ILogger Logger { get; }

    internal void Enqueue(WorkItem item)
    {
        var newest = Volatile.Read(ref _inbox);
        while (true)
        {
            item.Next = newest;
            var seen = Interlocked.CompareExchange(ref _inbox, item, newest);
            if (ReferenceEquals(seen, newest))
            {
                break;
            }

            newest = seen;
        }

        if (newest is null)
        {
            Scheduler.Schedule(this);
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        var outer = Current;
        SetSynchronizationContext(this);
        var left = ItemsPerSliceMax;
        while (true)
        {
            var newest = Interlocked.Exchange(ref _inbox, s_scheduled);
            if (ReferenceEquals(newest, s_scheduled))
            {
                if (ReferenceEquals(Interlocked.CompareExchange(ref _inbox, null, s_scheduled), s_scheduled))
                {
                    break;
                }

                continue;
            }

            left -= RunOldestFirst(newest);
            if (left <= 0)
            {
                Scheduler.Schedule(this);
                break;
            }
        }

        SetSynchronizationContext(outer);
    }

    public override void Post(SendOrPostCallback d, object? state) => Enqueue(new PostedItem(d, state));

    public override void Send(SendOrPostCallback d, object? state)
        => throw new NotSupportedException("A grain's turn cannot be waited for synchronously: call the grain, or Post.");

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>After every item, in its turn: whatever became possible by it.</summary>
    protected abstract void AfterItem();

    private int RunOldestFirst(WorkItem? newest)
    {
        WorkItem? oldest = null;
        while (newest is not null && !ReferenceEquals(newest, s_scheduled))
        {
            var older = newest.Next;
            newest.Next = oldest;
            oldest = newest;
            newest = older;
        }

        var count = 0;
        while (oldest is not null)
        {
            var item = oldest;
            oldest = item.Next;
            item.Next = null;
            item.Run(this);
            AfterItem();
            count++;
        }

        return count;
    }

    private sealed class Sentinel : WorkItem
    {
        internal override void Run(TurnQueue queue) => throw new InvalidOperationException("The sentinel is not work.");
    }

    /// <summary>A continuation, usually of an await inside a grain.</summary>
    private sealed class PostedItem(SendOrPostCallback callback, object? state) : WorkItem
    {
        internal override void Run(TurnQueue queue)
        {
            try
            {
                callback(state);
            }
            catch (Exception e)
            {
                // Awaits keep their exceptions to themselves; what arrives here left an async void method of the application.
                queue.Logger.LogError(e, "An exception left an async void method in {Queue}.", queue);
            }
        }
    }
}
