using System.Collections.Immutable;
using Fog.Grains.Interfaces.Ids;

namespace Fog.Grains.Interfaces.Nodes;

/// <summary>A device's <c>hello</c> as the proxy received it (docs/protocol.md, 0x01).</summary>
/// <param name="Authenticated">What the tag covers: envelope without tag, then the topic.</param>
/// <param name="Epoch">Grows with every hello of a device, over proxies and restarts: µs since 1970 by the proxy's clock.</param>
/// <param name="Link">The proxy that holds the connection.</param>
[GenerateSerializer, Immutable, Alias("fog.HelloRequest")]
public sealed record HelloRequest(
    ImmutableArray<byte> Authenticated,
    ImmutableArray<byte> Tag,
    HelloFacts Facts,
    long Epoch,
    IDeviceLink Link);

/// <summary>What a device says of itself.</summary>
/// <param name="FreeHeapBytes">Managed heap a function may use, image included.</param>
/// <param name="ClockError">How much later than ordered it woke.</param>
/// <param name="FuelPerSecond">Speed of its executor.</param>
[GenerateSerializer, Immutable, Alias("fog.HelloFacts")]
public sealed record HelloFacts(
    ImmutableArray<byte> DeviceNonce,
    uint FirmwareVersion,
    DutyCycle DutyCycle,
    int BatteryMillivolts,
    long FreeHeapBytes,
    WakeCause WakeCause,
    TimeSpan ClockError,
    TimeSpan ConnectBackoff,
    long FuelPerSecond,
    ImmutableArray<Digest> CachedImages);

public enum WakeCause : byte
{
    PowerOn = 0,
    Timer = 1,
    Crash = 2,
    Other = 3,
}

/// <summary>Answer to <c>hello</c>: a pending session, or the reason why there is none (counted, never sent to the device).</summary>
/// <param name="LatestEpoch">With <see cref="HelloRefusal.StaleEpoch"/>: what a later one must exceed. The clock that made it may have been ahead.</param>
[GenerateSerializer, Immutable, Alias("fog.HelloReply")]
public sealed record HelloReply(HelloRefusal Refusal, SessionOpened? Session, long LatestEpoch = 0);

public enum HelloRefusal : byte
{
    None = 0,
    UnknownDevice,
    WrongTag,
    /// <summary>A session with the same or a later epoch exists.</summary>
    StaleEpoch,
}

/// <summary>What the proxy needs to answer <c>welcome</c> and to guard the session.</summary>
/// <param name="Key">Session key, 32 bytes. Never logged.</param>
/// <param name="Cluster">Name of the cluster, empty while not assigned.</param>
/// <param name="Batch">The waiting mail, to follow at once.</param>
[GenerateSerializer, Immutable, Alias("fog.SessionOpened")]
public sealed record SessionOpened(
    ImmutableArray<byte> Key,
    ImmutableArray<byte> FogNonce,
    DateTimeOffset SiteTime,
    TimeSpan Sleep,
    TimeSpan AwakeLimit,
    string Cluster,
    uint Term,
    bool Leader,
    ImmutableArray<Downlink> Batch);
