using Fog.Engine.Invocation;
using Microsoft.Extensions.Logging;

namespace Fog.Engine.Runtime;

/// <summary>A grain timer. It is its own tick: at most one is due or executing at a time.</summary>
internal abstract class GrainTimer : GrainCall, IGrainTimer
{
    private static readonly GrainMethod s_inTurn = new("", "timer", CallOptions.None, null);
    private static readonly GrainMethod s_interleaving = new("", "interleaving timer", CallOptions.AlwaysInterleave, null);

    private readonly Activation _activation;
    private readonly ITimer _timer;
    private readonly CancellationTokenSource _stop = new();
    private TimeSpan _dueTime;
    private TimeSpan _period;
    private int _due; // 1 from the moment it fires to the end of its tick.
    private bool _changedWhileDue;
    private bool _disposed;

    protected GrainTimer(Activation activation, GrainTimerCreationOptions options)
        : base(options.Interleave ? s_interleaving : s_inTurn, CancellationToken.None)
    {
        _activation = activation;
        KeepAlive = options.KeepAlive;
        _timer = activation.Engine.Time.CreateTimer(
            static self => ((GrainTimer)self!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    internal bool KeepAlive { get; }

    public void Change(TimeSpan dueTime, TimeSpan period)
    {
        RequireOwnTurn();
        ThrowIfNotTime(dueTime, nameof(dueTime));
        ThrowIfNotTime(period, nameof(period));
        _dueTime = dueTime;
        _period = period;
        if (Volatile.Read(ref _due) != 0)
        {
            _changedWhileDue = true; // The end of the tick arms it.
        }
        else if (!_disposed)
        {
            _timer.Change(dueTime, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        RequireOwnTurn();
        _disposed = true;
        _timer.Dispose();
        _activation.Forget(this);
        try
        {
            _stop.Cancel();
        }
        catch (AggregateException e)
        {
            _activation.Engine.Logger.LogWarning(e, "What a timer of {Grain} registered on its cancellation failed.", _activation);
        }
    }

    protected abstract Task Tick(CancellationToken cancellation);

    private protected sealed override async void Invoke(CallTarget target, object instance)
    {
        if (!_disposed)
        {
            try
            {
                await Tick(_stop.Token);
            }
            catch (Exception e)
            {
                _activation.Engine.Logger.LogWarning(e, "A timer of {Grain} failed; it goes on ticking.", _activation);
            }
        }

        target.Finished(this);
        Volatile.Write(ref _due, 0);
        if (!_disposed)
        {
            _timer.Change(_changedWhileDue ? _dueTime : _period, Timeout.InfiniteTimeSpan);
            _changedWhileDue = false;
        }
    }

    private protected sealed override void AnswerWith(Exception exception)
    {
        // A tick that found its activation gone has nobody to tell.
    }

    private static void ThrowIfNotTime(TimeSpan value, string name)
    {
        if (value < TimeSpan.Zero && value != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(name, value, "Zero or more, or Timeout.InfiniteTimeSpan.");
        }
    }

    private void Fire()
    {
        if (Interlocked.Exchange(ref _due, 1) == 0)
        {
            _activation.Enqueue(this);
        }
    }

    private void RequireOwnTurn()
    {
        if (SynchronizationContext.Current != _activation)
        {
            throw new InvalidOperationException($"A timer of {_activation} can only be changed or disposed in its own turn.");
        }
    }
}

internal sealed class GrainTimer<TState>(Activation activation, Func<TState, CancellationToken, Task> callback, TState state, GrainTimerCreationOptions options)
    : GrainTimer(activation, options)
{
    protected override Task Tick(CancellationToken cancellation) => callback(state, cancellation);
}
