namespace Orleans.Runtime;

/// <summary>One activation, seen from inside it.</summary>
public interface IGrainContext
{
    IServiceProvider ActivationServices { get; }

    /// <summary>Completes when the activation has ended and OnDeactivateAsync has run.</summary>
    Task Deactivated { get; }

    GrainId GrainId { get; }

    /// <summary>Null until constructed, and again once the activation has ended.</summary>
    object? GrainInstance { get; }

    GrainReference GrainReference { get; }

    /// <summary>Ends the activation after the calls it is executing; returns at once.</summary>
    void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default);
}
