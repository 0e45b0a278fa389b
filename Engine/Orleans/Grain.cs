using Fog.Engine.Runtime;
using Orleans.Runtime;

namespace Orleans;

/// <summary>Base class of grains. An instance exists only inside its activation; the engine constructs it.</summary>
public abstract class Grain : IGrainBase, IAddressable
{
    private readonly Activation _activation;

    /// <exception cref="InvalidOperationException">Constructed by anything but the engine.</exception>
    protected Grain()
        => _activation = Activation.BeingConstructed
            ?? throw new InvalidOperationException($"{GetType()} is a grain: only the engine constructs it, on its first call. Use IGrainFactory.GetGrain.");

    public IGrainContext GrainContext => _activation;

    public GrainReference GrainReference => _activation.GrainReference;

    public string IdentityString => _activation.GrainId.ToString();

    protected IGrainFactory GrainFactory => _activation.GrainFactory;

    protected internal IServiceProvider ServiceProvider => _activation.ActivationServices;

    /// <summary>Runs after the grain's persistent state was read and before its first call. If it throws, waiting calls fail and the activation is dropped.</summary>
    public virtual Task OnActivateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Runs after the last call of this activation. Not guaranteed: a crash skips it.</summary>
    public virtual Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Ends this activation once the calls it is executing have finished; calls still waiting go to a new activation.</summary>
    protected void DeactivateOnIdle()
        => _activation.Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationRequested, "DeactivateOnIdle was called."));

    /// <summary>Keeps the activation from idle collection for at least <paramref name="timeSpan"/> from now; zero or less takes an earlier delay back.</summary>
    protected void DelayDeactivation(TimeSpan timeSpan) => _activation.DelayDeactivation(timeSpan);
}
