namespace Fog.Grains.Interfaces.Expiry;

/// <summary>What may be removed at one moment: a share of it, so that no record grows large. Key: moment and share, see the sweeper.</summary>
[Alias("fog.IExpiryGrain")]
public interface IExpiryGrain : IGrainWithStringKey
{
    /// <summary>On return it will be looked at once the moment has come. Twice is harmless.</summary>
    /// <exception cref="FogException"><see cref="FogError.LimitExceeded"/>: so many were noted for that moment that it is refused.</exception>
    [Alias("Add"), ResponseTimeout(GrainCalls.Timeout)]
    Task Add(ExpiryEntry entry);

    /// <summary>Looks at some of them. What is not to be removed yet is noted for a later moment.</summary>
    /// <returns>How many are left.</returns>
    [Alias("Sweep"), ResponseTimeout(GrainCalls.Timeout)]
    Task<int> Sweep();
}

/// <param name="Key">Of the grain whose state it is.</param>
[GenerateSerializer, Immutable, Alias("fog.ExpiryEntry")]
public sealed record ExpiryEntry(ExpiryKind Kind, string Key);

public enum ExpiryKind
{
    /// <summary>A call with its outcome.</summary>
    Invocation,

    /// <summary>Bytes that a call needed.</summary>
    Blob,
}
