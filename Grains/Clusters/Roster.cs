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

    public static Member? Find(ClusterState state, NodeId node)
    {
        foreach (var member in state.Members)
        {
            if (member.Id == node)
            {
                return member;
            }
        }

        return null;
    }

    public static NodePresence Presence(ClusterState state, Member member, DateTimeOffset now, LivenessOptions options) =>
        Liveness.Presence(member.Awake, member.Node.NextWake, Grace(member, options), state.GraceFrom, now, options);

    /// <summary>Members that can take a seat, or lead.</summary>
    public static IEnumerable<Member> Live(ClusterState state, DateTimeOffset now, LivenessOptions options) =>
        state.Members.Where(m => IsLive(state, m, now, options));

    /// <summary>Asked at every wake of every member, and mostly nobody is.</summary>
    public static ImmutableArray<NodeId> Lost(ClusterState state, DateTimeOffset now, LivenessOptions options)
    {
        var lost = ImmutableArray<NodeId>.Empty;
        foreach (var member in state.Members)
        {
            if (Presence(state, member, now, options) == NodePresence.Lost)
            {
                lost = lost.Add(member.Id);
            }
        }

        return lost;
    }

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
        var offset = WakeSchedule.Offset(member.Node.DutyCycle.Period, index, state.Members.Length, WakeSchedule.Phase(cluster.Name));
        return new(cluster, state.Version, state.Term, member.Id == state.Leader, offset);
    }

    public static ClusterState Replace(ClusterState state, Member member)
    {
        for (int i = 0; i < state.Members.Length; i++)
        {
            if (state.Members[i].Id == member.Id)
            {
                return state with { Members = state.Members.SetItem(i, member) };
            }
        }

        return state;
    }

    public static ClusterSummary Summary(ClusterState state, ClusterId cluster, long version, DateTimeOffset now, LivenessOptions options)
    {
        int live = 0, late = 0, moving = 0;
        var shortest = TimeSpan.MaxValue;
        foreach (var member in state.Members)
        {
            late += Presence(state, member, now, options) is NodePresence.Overdue or NodePresence.Lost ? 1 : 0;
            moving += member.MovingTo is null ? 0 : 1;
            if (IsLive(state, member, now, options))
            {
                live++;
                shortest = member.Node.DutyCycle.Period < shortest ? member.Node.DutyCycle.Period : shortest;
            }
        }

        return new(cluster, version, state.Members.Length, live, late, moving, state.Votes.Length, live == 0 ? TimeSpan.Zero : shortest);
    }

    /// <summary>When the next member becomes late or lost, or null.</summary>
    public static DateTimeOffset? NextChange(ClusterState state, DateTimeOffset now, LivenessOptions options)
    {
        DateTimeOffset? first = null;
        foreach (var member in state.Members)
        {
            var grace = Grace(member, options);
            Note(Liveness.LateAt(member.Node.NextWake, grace, options));
            Note(Liveness.LostAt(member.Node.NextWake, grace, state.GraceFrom));
        }

        return first;

        void Note(DateTimeOffset moment) => first = moment >= now && !(moment >= first) ? moment : first;
    }

    /// <summary>When a member, asked for something now, has had so much time for it while awake.</summary>
    public static DateTimeOffset Patience(ClusterState state, NodeId node, TimeSpan time, DateTimeOffset now, LivenessOptions options) =>
        Find(state, node) is { Awake: false } sleeper
            ? Later(sleeper.Node.NextWake, now) + Grace(sleeper, options) + time
            : now + time;

    /// <summary>Never the same twice, and later than what any other cluster has said before.</summary>
    public static long NextVersion(long version, DateTimeOffset now) =>
        Math.Max(version + 1, (now - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);

    private static bool IsLive(ClusterState state, Member member, DateTimeOffset now, LivenessOptions options) =>
        member.MovingTo is null && Presence(state, member, now, options) != NodePresence.Lost;

    private static ClusterState Changed(ClusterState state, DateTimeOffset now) => state with { Version = NextVersion(state.Version, now) };

    private static TimeSpan Grace(Member member, LivenessOptions options) =>
        Liveness.Grace(member.Node.DutyCycle.Period, member.ClockError, member.ConnectBackoff, options);

    public static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
