using Fog.Grains.Interfaces.Blobs;

namespace Fog.Silo.Gateway;

/// <summary>Bounds on what one request may ask for.</summary>
public static class GatewayLimits
{
    /// <summary>Bytes of a module: it is kept in the blob store.</summary>
    public const int ModuleBytesMax = IBlobGrain.SizeBytesMax;

    /// <summary>Characters of the arguments, 1 MiB. Origin: <see cref="Fog.Grains.Interfaces.Invocations.InvocationRequest"/>.</summary>
    public const int ArgumentsLengthMax = 1 << 20;

    /// <summary>Bytes of a call's body: arguments and 64 KiB for white space and the other fields.</summary>
    public const int CallBytesMax = ArgumentsLengthMax + (64 << 10);

    /// <summary>Bytes of every other body.</summary>
    public const int SmallBodyBytesMax = 4 << 10;

    /// <summary>Levels of JSON nesting.</summary>
    public const int JsonDepthMax = 32;

    public static readonly TimeSpan TimeoutMin = TimeSpan.FromSeconds(1);

    public static readonly TimeSpan TimeoutMax = TimeSpan.FromHours(24);

    public static readonly TimeSpan TimeoutDefault = TimeSpan.FromMinutes(5);

    /// <summary>Status changes that wait for a slow reader of events; the oldest goes first, since each one says all.</summary>
    public const int EventsWaitingMax = 16;

    /// <summary>An observer subscribes anew after this silence: an activation that went away has forgotten it.</summary>
    public static readonly TimeSpan EventSilence = TimeSpan.FromSeconds(5);

    /// <summary>Calls in flight for one listing of functions or clusters.</summary>
    public const int ListingParallelismMax = 16;
}
