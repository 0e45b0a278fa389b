using Orleans.Runtime;

namespace Fog.Engine.Invocation;

/// <summary>Times out calls that got no answer, and keeps the engine's coarse clock.</summary>
/// <remarks>Nearly all calls are answered at once, so registering one is a store into a ring: the call it displaces is
/// almost always answered, and otherwise moves to a list. Nothing is done when a call is answered.</remarks>
internal sealed class PendingCalls : IDisposable
{
    /// <summary>Between sweeps. A time-out comes at most two of them late, never early.</summary>
    internal static readonly TimeSpan SweepPeriod = TimeSpan.FromMilliseconds(250);

    private const int RingCount = 8; // By thread: enough to keep a few cores out of each other's way.
    private const int RingSlots = 256;

    private readonly TimeProvider _time;
    private readonly TimeSpan _defaultTimeout;
    private readonly long _started;
    private readonly Ring[] _rings = [.. Enumerable.Range(0, RingCount).Select(_ => new Ring())];
    private readonly Lock _lock = new();
    private readonly List<GrainCall> _displaced = [];
    private readonly ITimer _sweeps;
    private long _nowTicks;

    internal PendingCalls(TimeProvider time, TimeSpan defaultTimeout)
    {
        _time = time;
        _defaultTimeout = defaultTimeout;
        _started = time.GetTimestamp();
        _sweeps = time.CreateTimer(static self => ((PendingCalls)self!).Sweep(), this, SweepPeriod, SweepPeriod);
    }

    /// <summary>Time since start in ticks of <see cref="TimeSpan"/>, as of the last sweep.</summary>
    internal long NowTicks => Volatile.Read(ref _nowTicks);

    internal void Register(GrainCall call)
    {
        var timeout = call.Method.ResponseTimeout ?? _defaultTimeout;
        if (timeout == Timeout.InfiniteTimeSpan)
        {
            return;
        }

        call.DeadlineTicks = NowTicks + SweepPeriod.Ticks + timeout.Ticks;
        var ring = _rings[Environment.CurrentManagedThreadId & (RingCount - 1)];
        // Two threads that meet in a slot only displace each other's call.
        var displaced = Interlocked.Exchange(ref ring.Calls[ring.Next++ & (RingSlots - 1)], call);
        if (displaced is { IsAnswered: false })
        {
            lock (_lock)
            {
                _displaced.Add(displaced);
            }
        }
    }

    public void Dispose() => _sweeps.Dispose();

    private void Sweep()
    {
        Volatile.Write(ref _nowTicks, _time.GetElapsedTime(_started).Ticks);
        List<GrainCall>? expired = null;
        foreach (var ring in _rings)
        {
            for (var i = 0; i < RingSlots; i++)
            {
                if (ring.Calls[i] is { } call && IsOver(call, ref expired))
                {
                    Interlocked.CompareExchange(ref ring.Calls[i], null, call);
                }
            }
        }

        lock (_lock)
        {
            _displaced.RemoveAll(call => IsOver(call, ref expired));
        }

        if (expired is null)
        {
            return;
        }

        // A context of our own: who awaits one of them must not continue here, between the others.
        var outer = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(NoInlining.Instance);
        foreach (var call in expired)
        {
            call.TimeOut(call.Method.ResponseTimeout ?? _defaultTimeout);
        }

        SynchronizationContext.SetSynchronizationContext(outer);
    }

    private bool IsOver(GrainCall call, ref List<GrainCall>? expired)
    {
        if (call.IsAnswered)
        {
            return true;
        }

        if (call.DeadlineTicks > NowTicks)
        {
            return false;
        }

        (expired ??= []).Add(call);
        return true;
    }

    private sealed class Ring
    {
        internal readonly GrainCall?[] Calls = new GrainCall?[RingSlots];
        internal int Next;
    }

    private sealed class NoInlining : SynchronizationContext
    {
        internal static readonly NoInlining Instance = new();
    }
}
