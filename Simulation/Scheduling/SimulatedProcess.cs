using Fog.Engine.Scheduling;

namespace Fog.Simulation.Scheduling;

/// <summary>An operating system process: the context of its continuations, the scheduler of its engine, its clock. Killed, nothing of it runs any more.</summary>
/// <param name="syncTime">How long a commit to its disk takes.</param>
public sealed class SimulatedProcess(EventLoop loop, Func<TimeSpan>? syncTime = null) : SynchronizationContext, IEngineScheduler
{
    private static readonly SendOrPostCallback s_execute = static item => ((IThreadPoolWorkItem)item!).Execute();

    private ProcessClock? _clock;

    public bool IsAlive { get; private set; } = true;

    /// <summary>The loop's time; its timers die with the process.</summary>
    public TimeProvider Clock => _clock ??= new ProcessClock(loop, this);

    public void Kill() => IsAlive = false;

    /// <summary>Begins an asynchronous method of this process. What it throws ends the simulation.</summary>
    public void Start(Func<Task> method) => Post(
        static async method => await ((Func<Task>)method!)(), method);

    public override void Post(SendOrPostCallback d, object? state) => loop.Add(this, d, state);

    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException("Nobody waits for another in a simulation: there is one thread.");

    public override SynchronizationContext CreateCopy() => this;

    public void Schedule(IThreadPoolWorkItem item) => loop.Add(this, s_execute, item);

    /// <remarks>The loop has no order but the seed's.</remarks>
    public void ScheduleLast(IThreadPoolWorkItem item) => Schedule(item);

    /// <summary>A disk takes its time: what waits for it is lost when the process is killed first.</summary>
    public void ScheduleBlocking(IThreadPoolWorkItem item)
    {
        if (syncTime is null)
        {
            Schedule(item);
            return;
        }

        // The timer holds itself while it is armed.
        _ = Clock.CreateTimer(static item => ((IThreadPoolWorkItem)item!).Execute(), item, syncTime(), Timeout.InfiniteTimeSpan);
    }

    /// <summary>Timers whose callbacks run as steps of their process.</summary>
    private sealed class ProcessClock(EventLoop loop, SimulatedProcess process) : TimeProvider
    {
        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => loop.Now;

        public override long GetTimestamp() => loop.Now.UtcTicks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new ProcessTimer(process, callback, state);
            timer.Inner = loop.Clock.CreateTimer(static timer => ((ProcessTimer)timer!).Due(), timer, dueTime, period);
            return timer;
        }
    }

    private sealed class ProcessTimer(SimulatedProcess process, TimerCallback callback, object? state) : ITimer
    {
        private static readonly SendOrPostCallback s_fire = static timer => ((ProcessTimer)timer!).Fire();

        private bool _disposed;

        public ITimer Inner { get; set; } = null!;

        public bool Change(TimeSpan dueTime, TimeSpan period) => Inner.Change(dueTime, period);

        public void Dispose()
        {
            _disposed = true;
            Inner.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }

        public void Due()
        {
            if (process.IsAlive)
            {
                process.Post(s_fire, this);
            }
            else
            {
                Dispose();
            }
        }

        private void Fire()
        {
            if (!_disposed)
            {
                callback(state);
            }
        }
    }
}
