namespace Fog.Engine.Scheduling;

/// <summary>Runs everything the engine runs. Whoever implements it owns order: with a <see cref="TimeProvider"/> that owns time,
/// nothing in the engine happens behind their back.</summary>
public interface IEngineScheduler
{
    /// <summary>Executes the item once, soon, without blocking the caller. Items may run in parallel; the same item is never scheduled twice at a time.</summary>
    void Schedule(IThreadPoolWorkItem item);

    /// <summary>The same, behind what is scheduled already where the scheduler has an order.</summary>
    void ScheduleLast(IThreadPoolWorkItem item);

    /// <summary>The same as <see cref="Schedule"/> for an item that blocks its thread, on disk writes.</summary>
    void ScheduleBlocking(IThreadPoolWorkItem item);
}
