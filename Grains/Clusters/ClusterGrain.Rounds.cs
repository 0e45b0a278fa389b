using System.Collections.Immutable;
using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Clusters;
using Fog.Grains.Interfaces.Dispatch;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Invocations;
using Fog.Grains.Interfaces.Nodes;
using Fog.Grains.Rules;

namespace Fog.Grains.Clusters;

/// <summary>Rounds of the timer: what time alone decides, and every word to other grains. One round at a time; whatever fails is still
/// to be said in the state, and so said again.</summary>
public sealed partial class ClusterGrain
{
    private readonly Dictionary<InvocationId, TallyView> _progressTold = [];
    private ClusterSummary? _summaryTold;
    private long _summaryVersion;
    private DateTimeOffset _hostsFrom; // Until then no host of the site takes a seat.

    private async Task Round()
    {
        _state.Value = Votes.Advance(_state.Value, Now, _options);
        ImmutableArray<NodeId> lost = Roster.Lost(_state.Value, Now, _options.Liveness).Length > 0 ? await Purge() : [];
        await _state.Save();
        AnnounceAbsences(lost);
        var state = _state.Value;
        if (HasWords(state))
        {
            await Speak(state);
        }

        if (_state.Value.Votes.Length < state.Votes.Length || _state.Value.Withdrawals.Length < state.Withdrawals.Length)
        {
            await _state.Save(); // Else done work would be done again after every restart, though without harm.
        }

        await _errands.Try(Summarise);
        if (_state.Value is { Members: [], Votes: [], Withdrawals: [] } && _summaryTold?.Members == 0)
        {
            DeactivateOnIdle();
            return;
        }

        _timer.Change(UntilNextRound(), Timeout.InfiniteTimeSpan);
    }

    /// <summary>Mostly a round has nothing to say.</summary>
    private static bool HasWords(ClusterState state)
    {
        if (state.Votes.Length > 0 || state.Withdrawals.Length > 0)
        {
            return true;
        }

        foreach (var member in state.Members)
        {
            if (!member.Told || member.MovingTo is not null)
            {
                return true;
            }
        }

        return false;
    }

    private Task Speak(ClusterState state) =>
        Task.WhenAll(
        [
            .. state.Members.Where(static m => !m.Told).Select(m => _errands.Try(() => Tell(m.Id))),
            .. from vote in state.Votes
               where vote.Outcome is null
               from seat in vote.Seats
               where seat is { Node: not null, Sent: false, Vote: null }
               select _errands.Try(() => Send(vote, seat)),
            .. from vote in state.Votes
               where Now >= _hostsFrom
               from seat in vote.SeatsForHosts
               select _errands.Try(() => AskHost(vote, new(_id, seat.Maker!.Value, vote.Task, seat.Snapshot!))),
            .. from vote in state.Votes
               where vote is { Outcome: null, Fetch: { Sent: false, From: not null } }
               select _errands.Try(() => Fetch(vote, vote.Fetch!.From!.Value)),
            .. state.Withdrawals.Select(w => _errands.Try(() => Withdraw(w))),
            .. from vote in state.Votes where vote.Outcome is not null select _errands.Try(() => Complete(vote)),
            .. state.Votes.Where(static v => v.Outcome is null).Select(v => _errands.Try(() => Progress(v))),
            .. state.Members.Where(m => CanLeave(state, m)).Select(m => _errands.Try(() => Leave(m))),
        ]);

    /// <summary>Removes lost members, unless so much of the site is late that the site is to blame.</summary>
    /// <returns>Whom.</returns>
    private async Task<ImmutableArray<NodeId>> Purge()
    {
        SiteHealth? health = null;
        await _errands.Try(async () => health = await Dispatcher.Summarise(Summary()));
        if (health is not { Outage: false })
        {
            _state.Value = _state.Value with { GraceFrom = Now };
            return [];
        }

        var lost = Roster.Lost(_state.Value, Now, _options.Liveness);
        var without = Roster.Remove(Votes.Vacate(_state.Value, lost), lost, Now, _options.Liveness);
        _state.Value = Votes.Advance(without, Now, _options);
        return lost;
    }

    private async Task Tell(NodeId node)
    {
        if (Roster.Find(_state.Value, node) is not { } member)
        {
            return;
        }

        long version = _state.Value.Version;
        await Node(node).Assign(Roster.MembershipOf(_state.Value, _id, member));
        if (_state.Value.Version == version && Roster.Find(_state.Value, node) is { } still)
        {
            _state.Value = Roster.Replace(_state.Value, still with { Told = true });
        }
    }

    private async Task Send(OpenVote vote, Seat seat)
    {
        var order = vote.Order;
        var node = seat.Node!.Value;
        bool viaLeader = vote.Seats.Length == 1 && node == _state.Value.Leader;
        try
        {
            await Node(node).Enqueue(new(
                new(vote.Task, order.Image, order.ImageBytes, order.Limits, order.Deadline, order.Arguments, seat.Snapshot, order.Context), _id, viaLeader));
        }
        catch (FogException e) when (e.Error == FogError.LimitExceeded)
        {
            Reseat(vote.Task, node, static open => open.For(null)); // Somebody else may have room, now or when a task of theirs ends.
            throw;
        }

        Reseat(vote.Task, node, static open => open with { Sent = true });
    }

    private async Task AskHost(OpenVote vote, SuspendedSeat seat)
    {
        try
        {
            await Dispatcher.Finish(vote.Order, seat);
        }
        catch (FogException e) when (e.Error is FogError.NoCapacity or FogError.LimitExceeded)
        {
            _hostsFrom = Now + _options.ReviveEvery; // The seat waits for whoever comes first, a member or a host.
            return;
        }

        _state.Value = Votes.OnHost(_state.Value, seat);
    }

    private async Task Fetch(OpenVote vote, NodeId from)
    {
        var value = vote.Seats.First(s => s.Node == from).Vote!.Result!;
        await Node(from).Fetch(vote.Task, value.Digest, value.SizeBytes);
        _state.Value = Votes.FetchSent(_state.Value, vote.Task, from, Now, _options);
    }

    private async Task Withdraw(Withdrawal withdrawal)
    {
        await Node(withdrawal.Node).Withdraw(withdrawal.Task);
        _state.Value = _state.Value with { Withdrawals = _state.Value.Withdrawals.Remove(withdrawal) };
    }

    private async Task Complete(OpenVote vote)
    {
        await Invocation(vote).Complete(vote.Outcome!);
        _progressTold.Remove(vote.Order.Invocation);
        _state.Value = Votes.Reported(_state.Value, vote.Task, _options.Voting);
    }

    private async Task Progress(OpenVote vote)
    {
        var view = Votes.View(vote);
        if (!_progressTold.TryGetValue(vote.Order.Invocation, out var told)
            || (told.Attempt, told.For, told.Against, told.Missing) != (view.Attempt, view.For, view.Against, view.Missing))
        {
            _progressTold[vote.Order.Invocation] = view;
            await Invocation(vote).Progress(view);
        }
    }

    private bool CanLeave(ClusterState state, Member member) =>
        member.MovingTo is not null && !state.Votes.Any(v => v.Outcome is null && v.HasSeat(member.Id));

    private async Task Leave(Member member)
    {
        await GrainFactory.GetGrain<IClusterGrain>(member.MovingTo.ToString()!).Add(member.Node, _state.Value.Version);
        if (Roster.Find(_state.Value, member.Id) is { } still && still.MovingTo == member.MovingTo)
        {
            _state.Value = Roster.Remove(_state.Value, [member.Id], Now, _options.Liveness);
            _late.Remove(member.Id);
            await _state.Save();
        }
    }

    private async Task Summarise()
    {
        if (IsSummaryDue)
        {
            var summary = Summary();
            await Dispatcher.Summarise(summary);
            _summaryTold = summary;
        }
    }

    private bool IsSummaryDue =>
        _summaryTold is null || Roster.Summary(_state.Value, _id, _summaryTold.Version, Now, _options.Liveness) != _summaryTold;

    private ClusterSummary Summary()
    {
        _summaryVersion = Roster.NextVersion(_summaryVersion, Now);
        return Roster.Summary(_state.Value, _id, _summaryVersion, Now, _options.Liveness);
    }

    private void Reseat(TaskId task, NodeId node, Func<Seat, Seat> change)
    {
        if (_state.Value.Votes.FirstOrDefault(v => v.Task == task) is { Outcome: null } vote
            && vote.Seats.FirstOrDefault(s => s.Node == node && s.IsOpen) is { } open)
        {
            _state.Value = Votes.Replace(_state.Value, vote with { Seats = vote.Seats.Replace(open, change(open)) });
        }
    }

    private TimeSpan UntilNextRound()
    {
        var now = Now;
        var state = _state.Value;
        bool unsaid = IsSummaryDue
            || state.Withdrawals.Length > 0
            || state.Members.Any(m => !m.Told || CanLeave(state, m))
            || state.Votes.Any(static v => v.Outcome is not null || v.Fetch is { Sent: false, From: not null } || v.Seats.Any(static s => s is { Node: not null, Sent: false, Vote: null }));
        DateTimeOffset?[] moments =
        [
            unsaid ? _errands.RetryAt : null,
            state.Votes.Any(static v => v.SeatsForHosts.Any()) ? Roster.Later(_errands.RetryAt, _hostsFrom) : null,
            state.Votes.Where(static v => v.Outcome is null).Min(static v => (DateTimeOffset?)v.Order.Deadline),
            state.Votes.Where(static v => v.Outcome is null).Min(static v => v.Fetch?.Until),
            Roster.NextChange(state, now, _options.Liveness) + TimeSpan.FromTicks(1),
        ];
        return moments.Min() is not { } next ? Timeout.InfiniteTimeSpan : next > now ? next - now : TimeSpan.Zero;
    }

    private INodeGrain Node(NodeId node) => GrainFactory.GetGrain<INodeGrain>(node.ToString());

    private IInvocationGrain Invocation(OpenVote vote) => GrainFactory.GetGrain<IInvocationGrain>(vote.Order.Invocation.ToString());

    private IDispatcherGrain Dispatcher => GrainFactory.GetGrain<IDispatcherGrain>(_id.Site);
}
