using System.Collections.Immutable;
using Fog.Grains.Interfaces.Clusters;
using Fog.Grains.Interfaces.Dispatch;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Nodes;
using Fog.Grains.Rules;

namespace Fog.Grains.Clusters;

/// <summary>Who belongs to a cluster, who is there, who leads: pure steps from one state to the next.</summary>
internal static class Roster
{
    /// <summary>The state as an activation finds it: nobody could be heard meanwhile, so nobody is late.</summary>
    public static ClusterState Revived(ClusterState state, DateTimeOffset now) => state with
    {
        Members = [.. state.Members.Select(m => m with
        {
            Awake = false,
            Node = m.Node with { NextWake = Later(m.Node.NextWake, now + m.Node.DutyCycle.Period) },
        })],
    };

    public static Member? Find(ClusterState state, NodeId node) => state.Members.FirstOrDefault(m => m.Id == node);

    public static NodePresence Presence(ClusterState state, Member member, DateTimeOffset now, LivenessOptions options) =>
        Liveness.Presence(member.Awake, member.Node.NextWake, Grace(member, options), state.GraceFrom, now, options);

    /// <summary>Members that can take a seat, or lead.</summary>
    public static IEnumerable<Member> Live(ClusterState state, DateTimeOffset now, LivenessOptions options) =>
        state.Members.Where(m => m.MovingTo is null && Presence(state, m, now, options) != NodePresence.Lost);

    public static ImmutableArray<NodeId> Lost(ClusterState state, DateTimeOffset now, LivenessOptions options) =>
        [.. from m in state.Members where Presence(state, m, now, options) == NodePresence.Lost select m.Id];

    public static ClusterState Add(ClusterState state, Candidate candidate, long after, DateTimeOffset now, LivenessOptions options)
    {
        var known = Find(state, candidate.Node);
        state = known is null
            ? state with { Members = state.Members.Add(Member.Of(candidate)) }
            : Replace(state, known with { Node = candidate, Told = false, MovingTo = null });
        return Elect(Changed(state with { Version = Math.Max(state.Version, after) }, now), now, options);
    }

    public static ClusterState Remove(ClusterState state, IReadOnlyCollection<NodeId> nodes, DateTimeOffset now, LivenessOptions options) =>
        Elect(Changed(state with { Members = state.Members.RemoveAll(m => nodes.Contains(m.Id)) }, now), now, options);

    public static ClusterState Move(ClusterState state, NodeId node, ClusterId target, DateTimeOffset now, LivenessOptions options) =>
        Find(state, node) is { } member && member.MovingTo != target
            ? Elect(Replace(state, member with { MovingTo = target }), now, options)
            : state;

    /// <summary>A member's own word on its presence.</summary>
    public static ClusterState Report(ClusterState state, PresenceReport report, DateTimeOffset now, LivenessOptions options)
    {
        if (Find(state, report.Node.Node) is not { } member)
        {
            return state;
        }

        state = Replace(state, member with { Node = report.Node, Awake = report.Awake, ClockError = report.ClockError, ConnectBackoff = report.ConnectBackoff });
        state = report.Node.DutyCycle == member.Node.DutyCycle ? state : Changed(state, now);
        return Elect(state, now, options);
    }

    public static ClusterState Elect(ClusterState state, DateTimeOffset now, LivenessOptions options)
    {
        var elected = Election.Run(new(state.Leader, state.Term), [.. Live(state, now, options).Select(static m => m.Node)]);
        if (elected.Term == state.Term)
        {
            return state;
        }

        // Both must hear of it: the one leads, the other no longer does.
        var members = state.Members.Select(m => m.Id == elected.Leader || m.Id == state.Leader ? m with { Told = false } : m);
        return Changed(state with { Leader = elected.Leader, Term = elected.Term, Members = [.. members] }, now);
    }

    public static Membership MembershipOf(ClusterState state, ClusterId cluster, Member member)
    {
        int index = state.Members.IndexOf(member);
        var offset = WakeSchedule.Offset(member.Node.DutyCycle.Period, index, state.Members.Length);
        return new(cluster, state.Version, state.Term, member.Id == state.Leader, offset);
    }

    public static ClusterState Replace(ClusterState state, Member member) =>
        state with { Members = [.. state.Members.Select(m => m.Id == member.Id ? member : m)] };

    public static ClusterSummary Summary(ClusterState state, ClusterId cluster, long version, DateTimeOffset now, LivenessOptions options)
    {
        var live = Live(state, now, options).ToList();
        return new(
            cluster,
            version,
            state.Members.Length,
            live.Count,
            state.Members.Count(m => Presence(state, m, now, options) is NodePresence.Overdue or NodePresence.Lost),
            state.Members.Count(static m => m.MovingTo is not null),
            state.Votes.Length,
            live.Count == 0 ? TimeSpan.Zero : live.Min(static m => m.Node.DutyCycle.Period));
    }

    /// <summary>When the next member becomes late or lost, or null.</summary>
    public static DateTimeOffset? NextChange(ClusterState state, DateTimeOffset now, LivenessOptions options)
    {
        var moments =
            from m in state.Members
            let grace = Grace(m, options)
            from moment in new[] { Liveness.LateAt(m.Node.NextWake, grace, options), Liveness.LostAt(m.Node.NextWake, grace, state.GraceFrom) }
            where moment >= now
            select (DateTimeOffset?)moment;
        return moments.Min();
    }

    /// <summary>When a member, asked for something now, has had so much time for it while awake.</summary>
    public static DateTimeOffset Patience(ClusterState state, NodeId node, TimeSpan time, DateTimeOffset now, LivenessOptions options) =>
        Find(state, node) is { Awake: false } sleeper
            ? Later(sleeper.Node.NextWake, now) + Grace(sleeper, options) + time
            : now + time;

    /// <summary>Never the same twice, and later than what any other cluster has said before.</summary>
    public static long NextVersion(long version, DateTimeOffset now) =>
        Math.Max(version + 1, (now - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);

    private static ClusterState Changed(ClusterState state, DateTimeOffset now) => state with { Version = NextVersion(state.Version, now) };

    private static TimeSpan Grace(Member member, LivenessOptions options) =>
        Liveness.Grace(member.Node.DutyCycle.Period, member.ClockError, member.ConnectBackoff, options);

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
