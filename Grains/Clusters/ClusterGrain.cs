using System.Collections.Immutable;
using Fog.Grains.Events;
using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Clusters;
using Fog.Grains.Interfaces.Dispatch;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Events;
using Fog.Grains.Interfaces.Nodes;
using Fog.Grains.Rules;
using Fog.Grains.State;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace Fog.Grains.Clusters;

/// <summary>Decides over <see cref="ClusterState"/> and makes it durable; one timer (see ClusterGrain.Rounds.cs) tells others what follows.</summary>
/// <remarks>Reentrant, since nodes, dispatcher and invocations call back: every step is taken synchronously, none spans an await.</remarks>
[Reentrant, KeepAlive]
public sealed partial class ClusterGrain : Grain, IClusterGrain
{
    private readonly Durable<ClusterState> _state;
    private readonly FogOptions _options;
    private readonly TimeProvider _clock;
    private readonly Errands _errands;
    private readonly Announcer _announcer;
    private ClusterId _id;
    private IGrainTimer _timer = null!;

    public ClusterGrain(
        [PersistentState("cluster")] IPersistentState<ClusterState> storage, FogOptions options, TimeProvider clock, ILogger<ClusterGrain> logger)
    {
        _state = new(storage, DeactivateOnIdle);
        _options = options;
        _clock = clock;
        _errands = new(clock, options.RetryAfter, logger);
        _announcer = new(this, logger);
    }

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _id = ClusterId.Parse(this.GetPrimaryKeyString());
        _state.Value = Roster.Revived(_state.Value, Now);
        _termAnnounced = _state.Value.Term;
        _timer = this.RegisterGrainTimer(
            static (self, _) => self.Round(),
            this,
            new GrainTimerCreationOptions(TimeSpan.Zero, Timeout.InfiniteTimeSpan) { Interleave = true, KeepAlive = true });
        return Task.CompletedTask;
    }

    public async Task<ClusterSummary> Add(Candidate candidate, long after)
    {
        bool isNew = Roster.Find(_state.Value, candidate.Node) is null;
        _state.Value = Votes.Advance(Roster.Add(_state.Value, candidate, after, Now, _options.Liveness), Now, _options);
        await Commit(isNew ? candidate.Node : null);
        await Tell(candidate.Node);
        return Summary();
    }

    public async Task Open(VoteOrder order)
    {
        if (!Votes.Knows(_state.Value, order.Invocation))
        {
            if (Votes.Open(_state.Value, order, Now, _options, out var next) is { } refusal)
            {
                throw refusal;
            }

            _state.Value = next;
        }

        await Commit();
    }

    public async Task<VoteReceipt> Vote(NodeId node, SeatVote vote)
    {
        _state.Value = Votes.Cast(_state.Value, node, vote, Now, _options, out bool keep);
        await Commit();
        return new(keep);
    }

    public async Task<bool> Suspend(NodeId node, TaskId task, TaskSnapshot snapshot)
    {
        _state.Value = Votes.Suspend(_state.Value, node, task, snapshot, out bool has);
        await Commit();
        return has;
    }

    public async Task Finish(NodeId node, SeatVote vote)
    {
        _state.Value = Votes.Finish(_state.Value, node, vote, Now, _options);
        await Commit();
    }

    public async Task ValueStored(NodeId node, TaskId task, bool found)
    {
        _state.Value = Votes.ValueStored(_state.Value, node, task, found, Now, _options);
        await Commit();
    }

    /// <remarks>Presence alone is not worth a write: after a crash every member gets a new grace anyway.</remarks>
    public async Task<Membership?> Report(PresenceReport report)
    {
        var before = _state.Value;
        var next = Roster.Report(before, report, Now, _options.Liveness);
        if (!report.Awake)
        {
            next = Votes.SleptWithValue(next, report.Node.Node, Now, _options);
        }

        next = Votes.Advance(next, Now, _options);
        if (_late.Remove(report.Node.Node))
        {
            Announce(SiteEventKind.DeviceReturned, report.Node.Node);
        }

        if (next.Version != before.Version || next.Votes != before.Votes)
        {
            _state.Value = next;
            await Commit();
        }
        else
        {
            _state.Remember(next);
            if (IsSummaryDue)
            {
                Poke(); // It was late and is back.
            }
        }

        return Roster.Find(_state.Value, report.Node.Node) is { } member ? Roster.MembershipOf(_state.Value, _id, member) : null;
    }

    public async Task Move(NodeId node, ClusterId target)
    {
        _state.Value = Roster.Move(_state.Value, node, target, Now, _options.Liveness);
        await Commit();
    }

    public Task<ClusterSummary> Revive() => Task.FromResult(Summary());

    public Task<ClusterView> Describe()
    {
        var state = _state.Value;
        return Task.FromResult(new ClusterView(
            _id,
            state.Term,
            state.Leader,
            [.. state.Members.Select(m => new MemberView(
                m.Id,
                Roster.Presence(state, m, Now, _options.Liveness),
                m.Node.DutyCycle,
                m.Node.LastConnection,
                m.Node.NextWake,
                m.VotesFor,
                m.VotesAgainst))],
            state.Votes.Length));
    }

    private DateTimeOffset Now => _clock.GetUtcNow();

    /// <summary>Makes what was decided durable, then has the next round tell others.</summary>
    private async Task Commit(NodeId? joined = null)
    {
        await _state.Save();
        AnnounceChanges(joined);
        Poke();
    }

    private void Poke() => _timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
}
