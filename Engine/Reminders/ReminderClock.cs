using Fog.Engine.Invocation;
using Fog.Engine.Runtime;
using Microsoft.Extensions.Logging;

namespace Fog.Engine.Reminders;

/// <summary>Ticks one reminder while the engine runs. A tick that takes long delays the next one; ticks never overlap.</summary>
internal sealed class ReminderClock : IDisposable
{
    /// <summary>System timers take less than 50 days; a longer wait is taken in parts.</summary>
    private static readonly TimeSpan s_waitMax = TimeSpan.FromDays(40);

    private readonly FogEngine _engine;
    private readonly Reminder _reminder;
    private readonly GrainOrigin _grain;
    private readonly ITimer _timer;
    private DateTime _nextTick;

    internal ReminderClock(FogEngine engine, Reminder reminder, GrainOrigin grain)
    {
        _engine = engine;
        _reminder = reminder;
        _grain = grain;
        _timer = engine.Time.CreateTimer(static self => ((ReminderClock)self!).Wake(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private DateTime Now => _engine.Time.GetUtcNow().UtcDateTime;

    internal void Start()
    {
        _nextTick = _reminder.Schedule.FirstTickFrom(Now);
        Wait();
    }

    public void Dispose() => _timer.Dispose();

    private void Wait()
    {
        var wait = _nextTick - Now;
        _timer.Change(wait > s_waitMax ? s_waitMax : wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    private void Wake()
    {
        if (Now < _nextTick)
        {
            Wait();
            return;
        }

        var tick = new Tick(this, new TickStatus(_reminder.Schedule.FirstTick, _reminder.Schedule.Period, Now));
        tick.SentTo(_grain);
        _grain.Send(tick);
    }

    private void Ticked(Exception? failure)
    {
        if (failure is not null)
        {
            _engine.Logger.LogWarning(failure, "Reminder '{Name}' of {Grain} failed; it goes on ticking.", _reminder.ReminderName, _reminder.Key.Grain);
        }

        _nextTick = _reminder.Schedule.TickAfter(Now);
        Wait();
    }

    private sealed class Tick(ReminderClock clock, TickStatus status) : GrainCall(s_method, CancellationToken.None)
    {
        private static readonly GrainMethod s_method = new(typeof(IRemindable).FullName!, nameof(IRemindable.ReceiveReminder), CallOptions.None, null);

        private protected override async void Invoke(CallTarget target, object instance)
        {
            Exception? failure = null;
            try
            {
                await (target.CallFilters is { } filters
                    ? new FilteredCall(Method, Origin!.GrainId, instance, filters, () => Receive(instance)).Invoke()
                    : Receive(instance));
            }
            catch (Exception e)
            {
                failure = e;
            }

            target.Finished(this);
            clock.Ticked(failure);
        }

        private protected override void AnswerWith(Exception exception) => clock.Ticked(exception);

        private Task Receive(object grain) => ((IRemindable)grain).ReceiveReminder(clock._reminder.ReminderName, status);
    }
}
