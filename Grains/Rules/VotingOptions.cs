using Fog.Grains.Interfaces.Clusters;

namespace Fog.Grains.Rules;

public sealed record VotingOptions
{
    /// <summary>Most seats of a vote. Default 7: the largest cluster.</summary>
    public int ReplicasMax { get; init; } = 7;

    /// <summary>Attempts at one invocation, each with a fresh electorate. Default 3.</summary>
    public int AttemptsMax { get; init; } = 3;

    /// <summary>Votes open at one time in one cluster. Default 128: four times what its members' mailboxes hold at 2 seats each.</summary>
    public int OpenVotesMax { get; init; } = 128;

    /// <summary>Closed votes that a cluster remembers, to check late results against them. Default 64.</summary>
    public int ClosedVotesMax { get; init; } = 64;

    /// <summary>Wakes in which a member may fail to hand over the large value it voted for, before another one is asked. Default 2.</summary>
    public int FetchWakesMax { get; init; } = 2;

    /// <summary>Time in one wake that a member may take to hand it over, before another one is asked. Default 2 min: the largest value over a poor link.</summary>
    public TimeSpan FetchTimeMax { get; init; } = TimeSpan.FromMinutes(2);
}
