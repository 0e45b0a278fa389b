using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Fog.Grains.Interfaces.Clusters;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Nodes;
using Fog.Grains.Interfaces.Rollouts;
using Fog.Grains.Rules;

namespace Fog.Grains.Nodes;

/// <summary>Everything the fog knows of one device.</summary>
[GenerateSerializer, Immutable, Alias("fog.NodeState")]
public sealed record NodeState
{
    /// <summary>Version of this shape in storage.</summary>
    [Id(0)]
    public int Schema { get; init; } = 2;

    /// <summary>The device's secret, sealed; empty until it is enrolled, and after it is revoked.</summary>
    [Id(1)]
    public ImmutableArray<byte> Key { get; init; } = [];

    /// <summary>What the cluster last said; null while not in one.</summary>
    [Id(2)]
    public Membership? Membership { get; init; }

    /// <summary>What the last confirmed session's hello said; null until the first.</summary>
    [Id(3)]
    public DeviceFacts? Facts { get; init; }

    /// <summary>Of the last confirmed session.</summary>
    [Id(4)]
    public long Epoch { get; init; }

    /// <summary>The device said <c>sleep</c> in that session.</summary>
    [Id(5)]
    public bool Asleep { get; init; }

    [Id(6)]
    public DateTimeOffset? LastSeen { get; init; }

    [Id(7)]
    public DateTimeOffset? NextWake { get; init; }

    /// <summary>Learned over sessions.</summary>
    [Id(8)]
    public TimeSpan ClockError { get; init; }

    [Id(9)]
    public ImmutableArray<TaskMail> Tasks { get; init; } = [];

    [Id(10)]
    public ImmutableArray<FetchMail> Fetches { get; init; } = [];

    /// <summary>Tasks the device may still run, or results it may still keep, in vain.</summary>
    [Id(11)]
    public ImmutableArray<TaskId> Stops { get; init; } = [];

    [Id(12)]
    public EnergyLedger Energy { get; init; } = EnergyLedger.Empty;

    /// <summary>The device's secret as schema 1 had it, until the next write seals it.</summary>
    [Id(13), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<byte>? PlainKey { get; init; }

    /// <summary>Schema 1 had the key as it is.</summary>
    public static void Upgrade(JsonObject stored, int from)
    {
        if (from == 1 && stored[nameof(Key)] is JsonValue key && key.GetValue<string>().Length > 0)
        {
            stored[nameof(PlainKey)] = key.DeepClone();
            stored[nameof(Key)] = "";
        }
    }

    /// <summary>The release that the device shall run; null: any.</summary>
    [Id(14), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public UpdateMail? Update { get; init; }
}

[GenerateSerializer, Immutable, Alias("fog.DeviceFacts")]
public sealed record DeviceFacts(
    DutyCycle DutyCycle,
    uint FirmwareVersion,
    int BatteryMillivolts,
    long FreeHeapBytes,
    long FuelPerSecond,
    TimeSpan ConnectBackoff);

/// <param name="Sent">The device may have it.</param>
[GenerateSerializer, Immutable, Alias("fog.TaskMail")]
public sealed record TaskMail(SeatOrder Order, bool Sent)
{
    internal TaskId Id => Order.Task.Id;
}

/// <param name="SentBytes">To the device, of this offer.</param>
[GenerateSerializer, Immutable, Alias("fog.UpdateMail")]
public sealed record UpdateMail(UpdateOffer Offer, long SentBytes);

[GenerateSerializer, Immutable, Alias("fog.FetchMail")]
public sealed record FetchMail(TaskId Task, ClusterId Cluster, Digest Digest, int SizeBytes);
