using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Rollouts;

namespace Fog.Grains.Rollouts;

/// <summary>Where a site's rollout stands: what is written whenever a device reports. The devices' names are in a <see cref="RolloutFleet"/>.</summary>
[GenerateSerializer, Immutable, Alias("fog.RolloutState")]
public sealed record RolloutState
{
    /// <summary>Version of this shape in storage.</summary>
    [Id(0)]
    public int Schema { get; init; } = 2;

    /// <summary>Null: there never was one.</summary>
    [Id(1)]
    public UpdateOffer? Offer { get; init; }

    [Id(2)]
    public string Release { get; init; } = "";

    [Id(3)]
    public RolloutPolicy Policy { get; init; } = new([], 0, 0);

    [Id(4)]
    public RolloutPhase Phase { get; init; }

    [Id(5)]
    public RolloutHalt Halt { get; init; }

    [Id(6)]
    public int Stage { get; init; }

    [Id(7)]
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>The devices' names as schema 1 had them here, until they have a record of their own.</summary>
    [Id(8), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableArray<string>? FormerDevices { get; init; }

    /// <summary>One of <see cref="RolloutMark"/> for each device, in the order of <see cref="RolloutFleet.Devices"/>.</summary>
    [Id(9)]
    public string Marks { get; init; } = "";

    /// <summary>Since it was started or resumed.</summary>
    [Id(10)]
    public int FailureCount { get; init; }

    /// <summary>To devices that are through with it.</summary>
    [Id(11)]
    public long SentBytes { get; init; }

    [Id(12)]
    public ImmutableArray<RolloutFailure> Failures { get; init; } = [];

    /// <summary>Schema 1 had the devices' names here.</summary>
    public static void Upgrade(JsonObject stored, int from)
    {
        const string schema1 = "Devices";
        if (from == 1 && stored[schema1] is { } devices)
        {
            stored.Remove(schema1);
            stored[nameof(FormerDevices)] = devices;
        }
    }
}

/// <summary>The devices of a site's rollout. It only grows, and is durable before the rollout has marks for what is new.</summary>
[GenerateSerializer, Immutable, Alias("fog.RolloutFleet")]
public sealed record RolloutFleet
{
    /// <summary>Version of this shape in storage.</summary>
    [Id(0)]
    public int Schema { get; init; } = 1;

    /// <summary>Of the rollout that they are of, as is the time when it was started: another one has others.</summary>
    [Id(1)]
    public Digest? Release { get; init; }

    [Id(2)]
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>Names, in the order in which they are reached. Whom the rollout reaches in which stage follows from it.</summary>
    [Id(3)]
    public ImmutableArray<string> Devices { get; init; } = [];

    /// <summary>Of a rollout, without devices.</summary>
    public static RolloutFleet Of(RolloutState rollout) => new() { Release = rollout.Offer?.Release, StartedAt = rollout.StartedAt };

    public bool IsOf(RolloutState rollout) => Release == rollout.Offer?.Release && StartedAt == rollout.StartedAt;
}

/// <summary>What a rollout knows of one device, as a character: a site's devices are a string, not a list of records.</summary>
public static class RolloutMark
{
    public const char Untouched = '.';
    public const char Offered = 'o';
    public const char Confirmed = 'c';
    public const char Failed = 'f';
    public const char Missing = 'm';
    public const char NotEligible = 'x';
}
