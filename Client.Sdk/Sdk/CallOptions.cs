namespace Fog.Client;

/// <summary>How one call is to run.</summary>
public sealed record CallOptions
{
    public static CallOptions Default { get; } = new();

    /// <summary>Devices that compute it and vote: 1, 3, 5 or 7. Null: the function's own.</summary>
    public int? Replicas { get; init; }

    /// <summary>From acceptance to the deadline, 1 s to 24 h.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    public Placement Placement { get; init; } = Placement.Devices;

    /// <summary>
    /// Name of the one device that is to run it, without a vote: a function that reads sensors wants it. Null: whoever is
    /// expected first.
    /// </summary>
    public string? Device { get; init; }

    /// <summary>Null: the silo's own.</summary>
    public string? Site { get; init; }

    /// <summary>Names the call, <c>[a-z0-9-]{1,32}</c>: started again under the same name it is the same call. Null: a fresh one.</summary>
    public string? IdempotencyKey { get; init; }
}

public enum Placement
{
    /// <summary>A cluster of devices, with a vote.</summary>
    Devices,

    /// <summary>A fog host, without a vote.</summary>
    Host,

    /// <summary>Devices when they can answer in time, else a host.</summary>
    Auto,
}
