using Fog.Engine.Hosting;

namespace Fog.Simulation.Scheduling;

/// <summary>The one thread of a simulation: everything that can run now, in an order drawn from the seed, and time that moves on only when nothing can.</summary>
/// <remarks>Any order is one that a thread pool may take too: what must be in order (a grain's turns, a connection's bytes) orders itself.</remarks>
public sealed class EventLoop(SeededRandom order)
{
    private readonly ManualClock _clock = new();
    private readonly List<Work> _ready = [];
    private readonly int _thread = Environment.CurrentManagedThreadId;

    /// <summary>Things run so far.</summary>
    public long Steps { get; private set; }

    public DateTimeOffset Now => _clock.GetUtcNow();

    internal ManualClock Clock => _clock;

    /// <summary>What ended the run from within: something that threw into the loop, or ran beside it.</summary>
    public Exception? Failure { get; internal set; }

    /// <summary>Runs what is due until <paramref name="limit"/>, or until <paramref name="isOver"/>.</summary>
    /// <returns>Whether it is over.</returns>
    public bool RunUntil(DateTimeOffset limit, Func<bool> isOver)
    {
        var outer = SynchronizationContext.Current;
        try
        {
            while (Failure is null && !isOver())
            {
                if (_ready.Count > 0)
                {
                    RunOne();
                }
                else if (_clock.NextDue is { } due && due <= limit)
                {
                    _clock.AdvanceTo(due);
                }
                else
                {
                    _clock.AdvanceTo(limit);
                    return isOver();
                }
            }

            return isOver();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
        }
    }

    internal void Add(SimulatedProcess process, SendOrPostCallback run, object? state)
    {
        if (Environment.CurrentManagedThreadId != _thread)
        {
            // A continuation that came by another thread would come in an order that no seed knows.
            Failure ??= new InvalidOperationException($"Something ran on another thread and came back: {Environment.StackTrace}");
            return;
        }

        if (process.IsAlive)
        {
            _ready.Add(new(process, run, state));
        }
    }

    private void RunOne()
    {
        int chosen = _ready.Count == 1 ? 0 : order.Below(_ready.Count);
        var work = _ready[chosen];
        _ready[chosen] = _ready[^1];
        _ready.RemoveAt(_ready.Count - 1);
        if (!work.Process.IsAlive)
        {
            return;
        }

        Steps++;
        SynchronizationContext.SetSynchronizationContext(work.Process);
        try
        {
            work.Run(work.State);
        }
        catch (Exception e)
        {
            // Nothing is supposed to throw this far, neither the product's code nor ours.
            Failure ??= e;
        }
    }

    private readonly record struct Work(SimulatedProcess Process, SendOrPostCallback Run, object? State);
}
