using System.Collections.Immutable;
using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Blobs;
using Fog.Grains.Interfaces.Clusters;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Invocations;
using Fog.Grains.Interfaces.Nodes;
using Fog.Grains.Results;
using Fog.Grains.Rules;

namespace Fog.Grains.Clusters;

/// <summary>The votes of a cluster from order to outcome: pure steps from one state to the next.</summary>
internal static class Votes
{
    public static bool Knows(ClusterState state, InvocationId invocation) =>
        state.Votes.Any(v => v.Order.Invocation == invocation) || state.Closed.Any(v => v.Invocation == invocation);

    /// <summary>Fixes the electorate of a new vote.</summary>
    /// <returns>Why the order is refused, or null.</returns>
    public static FogException? Open(ClusterState state, VoteOrder order, DateTimeOffset now, FogOptions options, out ClusterState next)
    {
        next = state;
        if (state.Votes.Length >= options.Voting.OpenVotesMax)
        {
            return new(FogError.LimitExceeded, $"{state.Votes.Length} votes are open in this cluster: try again later.");
        }

        var live = Electors(state, order, now, options).ToList();
        var free = live.Where(e => state.Votes.Sum(v => v.Seats.Count(s => s.Node == e.Node.Node && s.IsOpen)) < GrainLimits.TasksMax).ToList();
        if (free.Count < order.Replicas && order.Replicas <= live.Count)
        {
            return new(FogError.LimitExceeded, $"The mailboxes of {live.Count - free.Count} devices are full ({GrainLimits.TasksMax} tasks): try again later.");
        }

        if (Electorate.Choose(order, free, state.Leader, options.Voting, out var nodes) is { } refusal)
        {
            return refusal;
        }

        next = state with { Votes = state.Votes.Add(new(order, 1, TaskId.Of(order.Invocation, 1), now, Seated(nodes), [], null, null)) };
        return null;
    }

    /// <summary>Takes one seat's vote, or checks a late one against the decided value.</summary>
    /// <param name="keep">Whether the node's value may still be fetched from it.</param>
    public static ClusterState Cast(ClusterState state, NodeId node, SeatVote vote, DateTimeOffset now, FogOptions options, out bool keep)
    {
        keep = false;
        if (state.Votes.FirstOrDefault(v => v.Task == vote.Task) is not { } open)
        {
            return CastLate(state, node, vote);
        }

        if (Tally.Cast(open.Seats, node, vote) is { } seats)
        {
            bool late = open.Outcome is not null;
            open = open with { Seats = seats };
            state = late ? Credit(Replace(state, open), node, open, vote.Result?.Digest) : Settle(state, open, now, options);
        }

        keep = state.Votes.FirstOrDefault(v => v.Task == vote.Task) is { Outcome: null } still
            && still.Seats.Any(s => s.Node == node && s.Vote?.Result is { IsInline: false });
        return state;
    }

    /// <summary>How far the holder of an open seat came.</summary>
    /// <param name="has">Whether it has one.</param>
    public static ClusterState Suspend(ClusterState state, NodeId node, TaskId task, TaskSnapshot snapshot, out bool has)
    {
        var vote = state.Votes.FirstOrDefault(v => v.Task == task && v.Outcome is null);
        var seat = vote?.Seats.FirstOrDefault(s => s.Node == node && s.IsOpen);
        has = seat is not null;
        return has ? Replace(state, vote! with { Seats = vote.Seats.Replace(seat!, seat!.Suspended(snapshot)) }) : state;
    }

    /// <summary>A host has the seat that its device was lost from, unless somebody else has it by now.</summary>
    public static ClusterState OnHost(ClusterState state, SuspendedSeat suspended) =>
        state.Votes.FirstOrDefault(v => v.Task == suspended.Task) is { } vote
        && vote.SeatsForHosts.FirstOrDefault(s => s.Maker == suspended.Node && s.Snapshot == suspended.Snapshot) is { } seat
            ? Replace(state, vote with { Seats = vote.Seats.Replace(seat, seat with { OnHost = true }) })
            : state;

    /// <summary>Takes a host's run of a suspended seat. It may come before <see cref="OnHost"/>, and to a seat that somebody has again, whose own vote is as good.</summary>
    public static ClusterState Finish(ClusterState state, NodeId node, SeatVote vote, DateTimeOffset now, FogOptions options) =>
        state.Votes.FirstOrDefault(v => v.Task == vote.Task) is { Outcome: null } open
        && open.Seats.FirstOrDefault(s => s.IsSuspended && s.Maker == node) is { } seat
            ? Settle(state, open with { Seats = open.Seats.Replace(seat, seat.Finished(vote)) }, now, options)
            : state;

    /// <summary>Answer of the member that was asked for the winning value.</summary>
    public static ClusterState ValueStored(ClusterState state, NodeId node, TaskId task, bool found, DateTimeOffset now, FogOptions options)
    {
        if (state.Votes.FirstOrDefault(v => v.Task == task) is not { Outcome: null, Fetch: { } fetch } vote)
        {
            return state;
        }

        // Whoever sent it: the blob store holds bytes of that digest now.
        var stored = vote.Seats.FirstOrDefault(s => s.Node == node && s.Choice == fetch.Winner)?.Vote?.Result;
        return found && stored is not null ? Win(state, vote, stored, now, options)
            : fetch.From == node ? Replace(state, vote with { Fetch = AskNext(vote, fetch, node) })
            : state;
    }

    /// <summary>The node's mailbox has the wish for its value.</summary>
    public static ClusterState FetchSent(ClusterState state, TaskId task, NodeId from, DateTimeOffset now, FogOptions options) =>
        state.Votes.FirstOrDefault(v => v.Task == task) is { Fetch: { } fetch } vote && fetch.From == from
            ? Replace(state, vote with { Fetch = fetch with { Sent = true, Until = Until(state, from, now, options) } })
            : state;

    /// <summary>A member went to sleep without handing over the value it was asked for.</summary>
    public static ClusterState SleptWithValue(ClusterState state, NodeId node, DateTimeOffset now, FogOptions options)
    {
        foreach (var vote in state.Votes)
        {
            if (vote is { Outcome: null, Fetch: { Sent: true } fetch } && fetch.From == node)
            {
                var next = fetch.Wakes + 1 < options.Voting.FetchWakesMax
                    ? fetch with { Wakes = fetch.Wakes + 1, Until = Until(state, node, now, options) }
                    : AskNext(vote, fetch, node);
                state = Replace(state, vote with { Fetch = next });
            }
        }

        return state;
    }

    /// <summary>Ends what is past its deadline, asks on for values that do not come, and gives vacant seats to members that can take them.</summary>
    public static ClusterState Advance(ClusterState state, DateTimeOffset now, FogOptions options)
    {
        foreach (var vote in state.Votes.Where(static v => v.Outcome is null))
        {
            if (now >= vote.Order.Deadline)
            {
                var tally = Tally.View(vote.Seats, vote.Attempt);
                state = Fail(state, vote, FogError.DeadlineExceeded, $"The deadline {vote.Order.Deadline:O} passed with {tally.For} of {tally.Seats} votes for the most frequent value.", now, options);
                continue;
            }

            var next = vote.Fetch is { Sent: true, Until: { } until } fetch && now >= until ? vote with { Fetch = AskNext(vote, fetch, fetch.From) } : vote;
            if (next.Seats.Any(static s => s is { Node: null, OnHost: false }))
            {
                next = next with { Seats = Filled(state, next, now, options) };
            }

            state = ReferenceEquals(next, vote) ? state : Reseat(state, next);
        }

        return state;
    }

    /// <summary>Who has a seat again is not to be told that it has none.</summary>
    private static ClusterState Reseat(ClusterState state, OpenVote vote) =>
        Replace(state, vote) with { Withdrawals = state.Withdrawals.RemoveAll(w => w.Task == vote.Task && vote.HasSeat(w.Node)) };

    /// <summary>Open seats of nodes that are gone become vacant; who was asked for a value and is gone is asked in vain.</summary>
    public static ClusterState Vacate(ClusterState state, IReadOnlyCollection<NodeId> gone)
    {
        foreach (var vote in state.Votes)
        {
            var seats = vote.Outcome is null
                ? vote.Seats.Select(s => s.IsOpen && s.Node is { } node && gone.Contains(node) ? s.For(null) : s)
                : vote.Seats;
            var fetch = vote is { Outcome: null, Fetch: { From: { } from } asked } && gone.Contains(from) ? AskNext(vote, asked, from) : vote.Fetch;
            var withdrawn = vote.Seats.Where(s => vote.Outcome is null && s.IsOpen && s.Node is { } node && gone.Contains(node)).Select(s => new Withdrawal(s.Node!.Value, vote.Task));
            state = Replace(state, vote with { Seats = [.. seats], Fetch = fetch }) with { Withdrawals = [.. state.Withdrawals, .. withdrawn] };
        }

        return state;
    }

    /// <summary>The invocation has the outcome: the vote is only remembered for late results.</summary>
    public static ClusterState Reported(ClusterState state, TaskId task, VotingOptions options) =>
        state.Votes.FirstOrDefault(v => v.Task == task) is { } vote ? Close(state, vote, options) : state;

    public static TallyView View(OpenVote vote) => Tally.View(vote.Seats, vote.Attempt);

    public static ClusterState Replace(ClusterState state, OpenVote vote) =>
        state with { Votes = [.. state.Votes.Select(v => v.Task == vote.Task ? vote : v)] };

    /// <summary>Who may vote on that order.</summary>
    private static IEnumerable<Elector> Electors(ClusterState state, VoteOrder order, DateTimeOffset now, FogOptions options, IEnumerable<NodeId>? dissenters = null)
    {
        var dissented = dissenters?.ToHashSet() ?? [];
        return from member in Roster.Live(state, now, options.Liveness)
               where order.Device is null || order.Device == member.Id
               let presence = Roster.Presence(state, member, now, options.Liveness)
               let expected = presence switch
               {
                   NodePresence.Awake => now,
                   NodePresence.Overdue => now + member.Node.DutyCycle.Period,
                   _ => member.Node.NextWake > now ? member.Node.NextWake : now,
               }
               select new Elector(member.Node, expected, presence == NodePresence.Overdue, dissented.Contains(member.Id));
    }

    private static ClusterState Settle(ClusterState state, OpenVote vote, DateTimeOffset now, FogOptions options)
    {
        var (verdict, winner) = Tally.Count(vote.Seats);
        if (verdict == Verdict.NoMajority)
        {
            return TryAgain(state, vote, now, options);
        }

        if (verdict == Verdict.Open)
        {
            return Replace(state, vote);
        }

        var group = vote.Seats.Where(s => s.Choice == winner);
        if (group.FirstOrDefault(static s => s.OnHost || s.Vote!.Result!.IsInline) is { } atHand)
        {
            return Win(state, vote, atHand.Vote!.Result!, now, options);
        }

        var fetch = vote.Fetch ?? new ValueFetch(winner!.Value, null, Sent: false, Wakes: 0, []);
        return Replace(state, vote with { Fetch = fetch.From is null ? AskNext(vote, fetch, null) : fetch });
    }

    /// <summary>A fresh electorate for an invocation whose vote failed, or its end.</summary>
    private static ClusterState TryAgain(ClusterState state, OpenVote vote, DateTimeOffset now, FogOptions options)
    {
        if (vote.Seats.Count(static s => s.Vote?.Failure == DeviceFailure.TooLargeForHeap) >= Tally.Majority(vote.Seats.Length))
        {
            return Fail(state, vote, FogError.TooLargeForDevice, "A majority of the devices ran out of heap: it takes more memory than they have.", now, options);
        }

        var dissenters = Tally.Dissenters(vote.Seats).ToHashSet();
        var earlier = vote.Earlier.AddRange(
            from seat in vote.Seats
            where seat.Vote is not null
            select new EarlierSeat(seat.Node!.Value, seat.Vote!.Joules, dissenters.Contains(seat.Node.Value)));
        var electors = Electors(state, vote.Order, now, options, from seat in earlier where seat.Dissented select seat.Node).ToList();
        if (vote.Attempt >= options.Voting.AttemptsMax
            || Electorate.Choose(vote.Order, electors, state.Leader, options.Voting, out var nodes) is not null)
        {
            return Fail(state, vote, FogError.NoMajority, $"No value can reach {Tally.Majority(vote.Seats.Length)} of {vote.Seats.Length} votes any more, after {vote.Attempt} attempt(s).", now, options);
        }

        int attempt = vote.Attempt + 1;
        var next = vote with { Attempt = attempt, Task = TaskId.Of(vote.Order.Invocation, attempt), Seats = Seated(nodes), Earlier = earlier, Fetch = null };
        state = Close(Release(Replace(state, vote), vote), vote, options.Voting);
        return state with { Votes = state.Votes.Add(next) };
    }

    private static ClusterState Win(ClusterState state, OpenVote vote, BlobValue value, DateTimeOffset now, FogOptions options)
    {
        var fuel = vote.Seats.First(s => s.Choice == value.Digest).Vote!.FuelUsed;
        var (error, message) = CanonicalResult.ErrorOf(value);
        var decided = Decided(vote, error, message, value, fuel, now, options);
        state = Release(Replace(state, decided), decided);
        foreach (var seat in decided.Seats.Where(static s => !s.IsOpen))
        {
            state = Credit(state, seat.Node!.Value, decided, seat.Choice);
        }

        return state;
    }

    private static ClusterState Fail(ClusterState state, OpenVote vote, FogError error, string message, DateTimeOffset now, FogOptions options)
    {
        var decided = Decided(vote, error, message, null, 0, now, options);
        return Release(Replace(state, decided), decided);
    }

    private static OpenVote Decided(OpenVote vote, FogError error, string message, BlobValue? value, long fuel, DateTimeOffset now, FogOptions options)
    {
        var answered = vote.Seats.Where(static s => !s.IsOpen).Select(static s => s.Node!.Value).Concat(vote.Earlier.Select(static e => e.Node)).Distinct().Count();
        double joules = vote.Seats.Sum(static s => s.Vote?.Joules ?? 0) + vote.Earlier.Sum(static e => e.Joules);
        var outcome = new Outcome(
            error, message, value, View(vote), fuel, joules, answered * Energy.AlwaysOnJoules(now - vote.OpenedAt, options.Energy), now);
        return vote with { Outcome = outcome, Fetch = null };
    }

    /// <summary>Tells seats that have not voted, and those that keep a large value, that they are no longer needed.</summary>
    private static ClusterState Release(ClusterState state, OpenVote vote)
    {
        var released = vote.Seats.Where(static s => s is { Node: not null, OnHost: false } && s.Vote is null or { Result.IsInline: false }).Select(s => new Withdrawal(s.Node!.Value, vote.Task));
        return state with { Withdrawals = [.. state.Withdrawals, .. released] };
    }

    private static ClusterState Close(ClusterState state, OpenVote vote, VotingOptions options)
    {
        var missing = vote.Seats.Where(static s => s.IsOpen && s.Node is not null).Select(static s => s.Node!.Value);
        var closed = state.Closed.Add(new(vote.Order.Invocation, vote.Task, vote.Outcome?.Result?.Digest, [.. missing]));
        return state with
        {
            Votes = state.Votes.RemoveAll(v => v.Task == vote.Task),
            Closed = closed.Length > options.ClosedVotesMax ? closed.RemoveAt(0) : closed,
        };
    }

    private static ClusterState CastLate(ClusterState state, NodeId node, SeatVote vote)
    {
        if (state.Closed.FirstOrDefault(v => v.Task == vote.Task) is not { } closed || !closed.Missing.Contains(node))
        {
            return state;
        }

        state = state with { Closed = state.Closed.Replace(closed, closed with { Missing = closed.Missing.Remove(node) }) };
        return closed.Winner is null ? state : Credit(state, node, vote.Result?.Digest == closed.Winner);
    }

    private static ClusterState Credit(ClusterState state, NodeId node, OpenVote decided, Digest? choice) =>
        decided.Outcome!.Result is { } winner ? Credit(state, node, choice == winner.Digest) : state;

    private static ClusterState Credit(ClusterState state, NodeId node, bool agreed) => Roster.Find(state, node) is { } member
        ? Roster.Replace(state, member with { VotesFor = member.VotesFor + (agreed ? 1 : 0), VotesAgainst = member.VotesAgainst + (agreed ? 0 : 1) })
        : state;

    private static DateTimeOffset Until(ClusterState state, NodeId from, DateTimeOffset now, FogOptions options) =>
        Roster.Patience(state, from, options.Voting.FetchTimeMax, now, options.Liveness);

    /// <summary>The next member of the winning group that was not yet asked in vain. With nobody left it waits for a late vote, or for the value
    /// from one that was only slow, until the deadline.</summary>
    private static ValueFetch AskNext(OpenVote vote, ValueFetch fetch, NodeId? failed)
    {
        var inVain = failed is { } node ? fetch.Failed.Add(node) : fetch.Failed;
        var from = vote.Seats.FirstOrDefault(s => s.Choice == fetch.Winner && !inVain.Contains(s.Node!.Value))?.Node;
        return fetch with { From = from, Sent = false, Wakes = 0, Failed = inVain, Until = null };
    }

    private static ImmutableArray<Seat> Filled(ClusterState state, OpenVote vote, DateTimeOffset now, FogOptions options)
    {
        var seats = vote.Seats;
        var electors = Electors(state, vote.Order, now, options, from seat in vote.Earlier where seat.Dissented select seat.Node).ToList();
        for (int i = 0; i < seats.Length; i++)
        {
            if (seats[i] is { Node: null, OnHost: false } && Electorate.Substitute(vote.Order, electors, seats.RemoveAt(i)) is { } substitute)
            {
                seats = seats.SetItem(i, seats[i].For(substitute));
            }
        }

        return seats;
    }

    private static ImmutableArray<Seat> Seated(ImmutableArray<NodeId> nodes) => [.. nodes.Select(static n => Seat.Of(n))];
}
