using Orleans;
using Orleans.Runtime;

namespace Fog.Engine.Runtime;

/// <summary>One grain in memory.</summary>
internal abstract class Activation : IGrainContext
{
    [ThreadStatic]
    private static Activation? t_beingConstructed;

    /// <summary>The activation whose grain is being constructed on this thread: how Grain's constructor finds it.</summary>
    internal static Activation? BeingConstructed { get => t_beingConstructed; private protected set => t_beingConstructed = value; }

    public abstract IServiceProvider ActivationServices { get; }

    public abstract Task Deactivated { get; }

    public abstract GrainId GrainId { get; }

    public abstract object? GrainInstance { get; }

    public abstract GrainReference GrainReference { get; }

    internal abstract string Key { get; }

    internal abstract IGrainFactory GrainFactory { get; }

    internal abstract ReminderService Reminders { get; }

    internal static Activation Of(IGrainBase grain) => (Activation)grain.GrainContext;

    public abstract void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default);

    internal abstract void DelayDeactivation(TimeSpan timeSpan);

    internal abstract IGrainTimer RegisterTimer<TState>(Func<TState, CancellationToken, Task> callback, TState state, GrainTimerCreationOptions options);
}
