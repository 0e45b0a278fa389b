using Orleans.Runtime;

namespace Orleans;

/// <summary>What the engine needs of a grain class; implemented by <see cref="Grain"/>.</summary>
public interface IGrainBase
{
    IGrainContext GrainContext { get; }

    Task OnActivateAsync(CancellationToken token);

    Task OnDeactivateAsync(DeactivationReason reason, CancellationToken token);
}
