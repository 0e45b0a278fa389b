using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Rollouts;

namespace Fog.Grains.Interfaces.Nodes;

/// <summary>A message of a device, its tag and sequence number checked by the proxy (docs/protocol.md, "Messages of the device").</summary>
[GenerateSerializer, Immutable, Alias("fog.Uplink")]
public abstract record Uplink;

[GenerateSerializer, Immutable, Alias("fog.KeepaliveUplink")]
public sealed record KeepaliveUplink(long FreeHeapBytes) : Uplink;

/// <param name="Failure"><see cref="DeviceFailure.None"/>: a canonical result (value or trap) exists.</param>
/// <param name="Digest">Of the canonical result; default when there is none.</param>
/// <param name="Value">The canonical result when it is at most 1024 bytes, else empty.</param>
[GenerateSerializer, Immutable, Alias("fog.ResultUplink")]
public sealed record ResultUplink(
    TaskId Task,
    DeviceFailure Failure,
    Digest Digest,
    int SizeBytes,
    ImmutableArray<byte> Value,
    long FuelUsed,
    TimeSpan Execute,
    TimeSpan Transfer) : Uplink;

public enum DeviceFailure : byte
{
    None = 0,
    ImageRejected = 1,
    ArgumentsRejected = 2,
    TooLargeForHeap = 3,
    ComputeBudgetExceeded = 4,
    TransferFailed = 5,
    SnapshotRejected = 6,
}

/// <summary>A wake's compute budget is spent, and this is how far the task came.</summary>
/// <param name="Value">The snapshot when it is at most 1024 bytes, else empty.</param>
/// <param name="FuelUsed">Of the whole task so far.</param>
/// <param name="Execute">Since the device last went on from a snapshot.</param>
/// <param name="Transfer">Likewise.</param>
[GenerateSerializer, Immutable, Alias("fog.SnapshotUplink")]
public sealed record SnapshotUplink(
    TaskId Task,
    Digest Digest,
    int SizeBytes,
    ImmutableArray<byte> Value,
    long FuelUsed,
    TimeSpan Execute,
    TimeSpan Transfer) : Uplink;

/// <summary>The proxy has received, verified and stored (blob grain) a value that the node grain asked for with <see cref="FetchDownlink"/>.</summary>
/// <param name="Found">False: the device no longer has it.</param>
[GenerateSerializer, Immutable, Alias("fog.ValueUplink")]
public sealed record ValueUplink(Digest Digest, bool Found) : Uplink;

/// <summary>How far the device is with a release.</summary>
/// <param name="Fault">With <see cref="UpdateState.Failed"/>.</param>
[GenerateSerializer, Immutable, Alias("fog.UpdateUplink")]
public sealed record UpdateUplink(Digest Release, int Attempt, UpdateState State, UpdateFault Fault, int HaveBytes) : Uplink;

/// <summary>The proxy has sent chunks of the release that the device was offered.</summary>
[GenerateSerializer, Immutable, Alias("fog.UpdateSentUplink")]
public sealed record UpdateSentUplink(long Bytes) : Uplink;

/// <param name="Sleep">Until its next wake.</param>
[GenerateSerializer, Immutable, Alias("fog.SleepUplink")]
public sealed record SleepUplink(TimeSpan Sleep, int BatteryMillivolts, StateIntervals Spent) : Uplink;

/// <param name="Level">0 debug, 1 information, 2 warning, 3 error.</param>
/// <param name="Text">At most 512 bytes of UTF-8.</param>
[GenerateSerializer, Immutable, Alias("fog.LogUplink")]
public sealed record LogUplink(int Level, string Text) : Uplink;

/// <summary>Time a device spent in each of its states since its last report.</summary>
[GenerateSerializer, Immutable, Alias("fog.StateIntervals")]
public sealed record StateIntervals(
    TimeSpan Connect,
    TimeSpan Idle,
    TimeSpan Receive,
    TimeSpan Execute,
    TimeSpan Transmit,
    TimeSpan Sleep)
{
    public static StateIntervals Zero { get; } = new(default, default, default, default, default, default);

    [JsonIgnore]
    public TimeSpan Total => Connect + Idle + Receive + Execute + Transmit + Sleep;

    public static StateIntervals operator +(StateIntervals a, StateIntervals b) => new(
        a.Connect + b.Connect,
        a.Idle + b.Idle,
        a.Receive + b.Receive,
        a.Execute + b.Execute,
        a.Transmit + b.Transmit,
        a.Sleep + b.Sleep);
}
