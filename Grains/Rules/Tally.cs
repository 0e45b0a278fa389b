using System.Collections.Immutable;
using Fog.Grains.Interfaces.Clusters;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Invocations;

namespace Fog.Grains.Rules;

public enum Verdict
{
    /// <summary>Some value can still win.</summary>
    Open,
    Majority,
    /// <summary>No value can win, however the open seats vote.</summary>
    NoMajority,
}

/// <summary>Counts the seats of one vote. Equality of values is equality of their digests.</summary>
public static class Tally
{
    public static int Majority(int seats) => seats / 2 + 1;

    /// <returns>The verdict, and with <see cref="Verdict.Majority"/> the winning value.</returns>
    public static (Verdict Verdict, Digest? Winner) Count(ImmutableArray<Seat> seats)
    {
        var (value, votes) = Favourites(seats).FirstOrDefault();
        int majority = Majority(seats.Length);
        return votes >= majority ? (Verdict.Majority, value)
            : votes + Missing(seats) >= majority ? (Verdict.Open, null)
            : (Verdict.NoMajority, null);
    }

    /// <summary>Puts a vote into the node's seat.</summary>
    /// <returns>Null when the node has no open seat here: a repeat, or somebody else's business.</returns>
    public static ImmutableArray<Seat>? Cast(ImmutableArray<Seat> seats, NodeId node, SeatVote vote)
    {
        for (int i = 0; i < seats.Length; i++)
        {
            if (seats[i].Node == node)
            {
                return seats[i].IsOpen ? seats.SetItem(i, seats[i].Voted(vote)) : null;
            }
        }

        return null;
    }

    /// <summary>Who made a vote fail: everybody who answered but those of the one most frequent value; without such a value, everybody who answered.</summary>
    public static IEnumerable<NodeId> Dissenters(ImmutableArray<Seat> seats)
    {
        var favourites = Favourites(seats).ToList();
        Digest? favourite = favourites.Count > 0 && favourites.Count(f => f.Votes == favourites[0].Votes) == 1 ? favourites[0].Value : null;
        return Against(seats, favourite);
    }

    public static TallyView View(ImmutableArray<Seat> seats, int attempt)
    {
        var (value, votes) = Favourites(seats).FirstOrDefault();
        int missing = Missing(seats);
        return new(seats.Length, votes, seats.Length - votes - missing, missing, attempt, [.. Against(seats, votes == 0 ? null : value)]);
    }

    /// <summary>Values, most frequent first; equal ones in the order of the seats.</summary>
    private static IEnumerable<(Digest Value, int Votes)> Favourites(ImmutableArray<Seat> seats) => seats
        .Where(static s => s.Choice is not null)
        .GroupBy(static s => s.Choice!.Value)
        .Select(static g => (Value: g.Key, Votes: g.Count()))
        .OrderByDescending(static f => f.Votes);

    private static IEnumerable<NodeId> Against(ImmutableArray<Seat> seats, Digest? favourite) =>
        from seat in seats
        where !seat.IsOpen && (favourite is null || seat.Choice != favourite)
        select seat.Node!.Value;

    private static int Missing(ImmutableArray<Seat> seats) => seats.Count(static s => s.IsOpen);
}
