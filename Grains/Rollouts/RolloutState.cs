using System.Collections.Immutable;
using Fog.Grains.Interfaces.Rollouts;

namespace Fog.Grains.Rollouts;

/// <summary>Where a site's rollout stands. Whom it reaches in which stage follows from the order of its devices.</summary>
[GenerateSerializer, Immutable, Alias("fog.RolloutState")]
public sealed record RolloutState
{
    /// <summary>Version of this shape in storage.</summary>
    [Id(0)]
    public int Schema { get; init; } = 1;

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

    /// <summary>Names, in the order in which they are reached.</summary>
    [Id(8)]
    public ImmutableArray<string> Devices { get; init; } = [];

    /// <summary>One of <see cref="RolloutMark"/> for each of them.</summary>
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
