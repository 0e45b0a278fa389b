using Fog.Engine.Invocation;
using Fog.Engine.Reminders;
using Fog.Engine.Scheduling;
using Fog.Engine.Storage;
using Fog.Engine.Streams;
using Microsoft.Extensions.Logging;
using Orleans.Storage;

namespace Fog.Engine.Runtime;

/// <summary>One grain in memory: New → Activating → Valid → Deactivating → Ended.</summary>
/// <remarks>Fields belong to its turns; what other threads may read says so.</remarks>
internal sealed class Activation : CallTarget, IGrainContext
{
    [ThreadStatic]
    private static Activation? t_beingConstructed;

    private readonly GrainClass _class;
    private readonly WorkerGroup? _workers;
    private volatile State _state;
    private object? _grain;
    private GrainReference? _reference;
    private List<IPersistentRecord>? _records;
    private List<GrainTimer>? _timers;
    private Dictionary<Guid, StreamObserver>? _streamObservers;
    private bool _hasServed;
    private DeactivationReason? _ending;
    private TaskCompletionSource? _ended;
    private long _lastUsedTicks;
    private long _keptUntilTicks;

    internal Activation(GrainClass grainClass, string key, WorkerGroup? workers)
    {
        _class = grainClass;
        _workers = workers;
        Key = key;
        _lastUsedTicks = Engine.Pending.NowTicks;
    }

    private enum State : byte
    {
        New,
        Activating,
        Valid,
        Deactivating,
        Ended,
    }

    /// <summary>The activation whose grain is being constructed on this thread: how Grain's constructor finds it.</summary>
    internal static Activation? BeingConstructed => t_beingConstructed;

    internal string Key { get; }

    internal FogEngine Engine => _class.Engine;

    internal ReminderService Reminders => Engine.Reminders;

    internal IGrainFactory GrainFactory => Engine.GrainFactory;

    /// <summary>Any thread: no call it receives from now on is executed here.</summary>
    internal bool HasEnded => _state == State.Ended;

    /// <summary>Any thread, approximately: on <see cref="PendingCalls"/>' clock.</summary>
    internal long LastUsedTicks => Volatile.Read(ref _lastUsedTicks);

    /// <summary>Any thread: calls received and not finished. Counted for stateless workers only.</summary>
    internal int Load;

    public IServiceProvider ActivationServices => Engine.Services;

    public GrainId GrainId => new(_class.GrainType, IdSpan.Create(Key));

    public object? GrainInstance => _grain;

    public GrainReference GrainReference => _reference ??= new GrainReference(_class.OriginOf(Key));

    public Task Deactivated
    {
        get
        {
            Interlocked.CompareExchange(ref _ended, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), null);
            if (HasEnded)
            {
                _ended.TrySetResult();
            }

            return _ended.Task;
        }
    }

    protected override IEngineScheduler Scheduler => Engine.Scheduler;

    protected override ILogger Logger => Engine.Logger;

    protected override bool IsReentrant => _class.IsReentrant;

    // While it is asked to end, calls that may interleave still join those executing: these might be waiting for them.
    // And an activation that asked for its end before it was active serves one call, or no activation would ever serve any.
    protected override bool IsOpen => _state == State.Valid && (_ending is null || IsExecuting || !_hasServed);

    internal static Activation Of(IGrainBase grain) => (Activation)grain.GrainContext;

    public void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default)
    {
        if (Current == this)
        {
            _ending ??= deactivationReason;
        }
        else
        {
            Post(static request => { var (self, reason) = ((Activation, DeactivationReason))request!; self._ending ??= reason; }, (this, deactivationReason));
        }
    }

    internal void DelayDeactivation(TimeSpan timeSpan)
        => _keptUntilTicks = timeSpan <= TimeSpan.Zero && timeSpan != Timeout.InfiniteTimeSpan ? 0
            : timeSpan == Timeout.InfiniteTimeSpan || timeSpan == TimeSpan.MaxValue ? long.MaxValue
            : Engine.Pending.NowTicks + PendingCalls.SweepPeriod.Ticks + timeSpan.Ticks;

    /// <summary>Any thread. Ends it if it is unused since <paramref name="usedBeforeTicks"/> and nothing keeps it.</summary>
    internal void CollectIfIdle(long usedBeforeTicks)
        => Post(static request =>
        {
            var (self, usedBefore) = ((Activation, long))request!;
            if (!self.IsExecuting && !self.HasWaiting && self._lastUsedTicks <= usedBefore && self._keptUntilTicks <= self.Engine.Pending.NowTicks)
            {
                self._ending ??= new DeactivationReason(DeactivationReasonCode.ActivationIdle, "It was not used for its collection age.");
            }
        }, (this, usedBeforeTicks));

    internal IGrainTimer RegisterTimer<TState>(Func<TState, CancellationToken, Task> callback, TState state, GrainTimerCreationOptions options)
    {
        ArgumentNullException.ThrowIfNull(callback);
        if (Current != this)
        {
            throw new InvalidOperationException($"A timer of {GrainId} can only be registered in its own turn.");
        }

        var timer = new GrainTimer<TState>(this, callback, state, options);
        (_timers ??= []).Add(timer);
        timer.Change(options.DueTime, options.Period);
        return timer;
    }

    internal void Forget(GrainTimer timer) => _timers?.Remove(timer);

    internal void Attach(IPersistentRecord record) => (_records ??= []).Add(record);

    /// <summary>Who takes a subscription's items in this activation; null: nobody any more.</summary>
    internal void Observe(Guid subscription, StreamObserver? observer)
    {
        if (observer is null)
        {
            _streamObservers?.Remove(subscription);
        }
        else
        {
            (_streamObservers ??= [])[subscription] = observer;
        }
    }

    internal StreamObserver? StreamObserver(Guid subscription) => _streamObservers?.GetValueOrDefault(subscription);

    internal override IReadOnlyList<IIncomingGrainCallFilter>? CallFilters => Engine.CallFilters;

    /// <summary>As in Orleans: a conflict that nobody in the grain has handled means that what it knows is stale, so the next activation reads anew.</summary>
    internal override void Failed(Exception exception)
    {
        if (exception is InconsistentStateException conflict && ReferenceEquals(conflict.Activation, this))
        {
            _ending ??= new DeactivationReason(DeactivationReasonCode.ApplicationError, exception, "Its stored state was changed by somebody else.");
        }
    }

    internal override void Finished(GrainCall call)
    {
        base.Finished(call);
        if (call is not GrainTimer { KeepAlive: false })
        {
            _lastUsedTicks = Engine.Pending.NowTicks;
        }

        Unload(call);
    }

    protected override void Dropped(GrainCall call) => Unload(call);

    protected override void Start(GrainCall call)
    {
        _hasServed = true;
        call.Start(this, _grain!);
    }

    protected override void AfterItem()
    {
        switch (_state)
        {
            case State.New:
                _state = State.Activating;
                Activate();
                break;
            case State.Ended when HasWaiting:
                SendOnwards();
                return;
        }

        base.AfterItem();
        if (_ending is { } reason && _state == State.Valid)
        {
            StopTimers(); // At once: a tick under way may be waiting for just that.
            if (!IsExecuting)
            {
                _state = State.Deactivating;
                Deactivate(reason);
            }
        }
    }

    public override string ToString() => $"{GrainId} ({_class.Type.Name})";

    private async void Activate()
    {
        using var limit = new TurnLimit(this, EngineLimits.ActivationTimeout);
        try
        {
            t_beingConstructed = this;
            try
            {
                _grain = _class.Construct(this);
            }
            finally
            {
                t_beingConstructed = null;
            }

            foreach (var record in _records ?? [])
            {
                record.Read();
            }

            await limit.Enforce(((IGrainBase)_grain).OnActivateAsync(limit.Token));
        }
        catch (Exception e)
        {
            // Whatever it is, it is the answer to the calls that caused the activation.
            Logger.LogWarning(e, "{Grain} could not be activated.", this);
            StopTimers();
            await DisposeGrain();
            Leave();
            foreach (var call in TakeWaiting())
            {
                Unload(call);
                Engine.Reject(call, e);
            }

            return;
        }

        _state = State.Valid;
    }

    private async void Deactivate(DeactivationReason reason)
    {
        try
        {
            using var limit = new TurnLimit(this, EngineLimits.DeactivationTimeout);
            await limit.Enforce(((IGrainBase)_grain!).OnDeactivateAsync(reason, limit.Token));
        }
        catch (Exception e)
        {
            Logger.LogWarning(e, "OnDeactivateAsync of {Grain} failed.", this);
        }

        StopTimers(); // Those that OnDeactivateAsync registered.
        await DisposeGrain();
        Leave();
        SendOnwards();
    }

    private async Task DisposeGrain()
    {
        try
        {
            if (_grain is IAsyncDisposable asyncDisposable)
            {
                await asyncDisposable.DisposeAsync();
            }
            else if (_grain is IDisposable disposable)
            {
                disposable.Dispose();
            }
        }
        catch (Exception e)
        {
            Logger.LogWarning(e, "Disposing {Grain} failed.", this);
        }
    }

    private void Leave()
    {
        _class.Remove(this, _workers);
        _state = State.Ended;
        _grain = null;
        _records = null;
        Interlocked.MemoryBarrier();
        Volatile.Read(ref _ended)?.TrySetResult();
    }

    /// <summary>Calls that came too late for this activation go to the next.</summary>
    private void SendOnwards()
    {
        foreach (var call in TakeWaiting())
        {
            Unload(call);
            if (call is not GrainTimer)
            {
                _class.Dispatch(Key, call);
            }
        }
    }

    private void Unload(GrainCall call)
    {
        if (_workers is not null && call is not GrainTimer)
        {
            Interlocked.Decrement(ref Load);
        }
    }

    private void StopTimers()
    {
        while (_timers is [.., var timer])
        {
            timer.Dispose();
        }
    }
}
