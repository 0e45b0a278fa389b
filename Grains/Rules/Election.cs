using Fog.Grains.Interfaces.Clusters;
using Fog.Grains.Interfaces.Ids;

namespace Fog.Grains.Rules;

/// <summary>Who leads, and the term that fences whoever led before.</summary>
public readonly record struct Leadership(NodeId? Leader, uint Term);

/// <summary>Election is a computation of the fog, not a conversation of devices.</summary>
public static class Election
{
    /// <summary>Live members, best leader first: period, then next connection, then node id, so that the order is total.</summary>
    public static IOrderedEnumerable<Candidate> Order(IEnumerable<Candidate> live) => live
        .OrderBy(static c => c.DutyCycle.Period)
        .ThenBy(static c => c.LastConnection + c.DutyCycle.Period)
        .ThenBy(static c => c.Node.ToString(), StringComparer.Ordinal);

    /// <summary>Elects when the leader is gone or a live member has a shorter period; otherwise the leader stays.</summary>
    public static Leadership Run(Leadership current, IReadOnlyCollection<Candidate> live)
    {
        // Asked at every wake of every member, and mostly the leader stays: nobody is put in order for that.
        if (live.FirstOrDefault(c => c.Node == current.Leader) is { } leader && live.All(c => leader.DutyCycle.Period <= c.DutyCycle.Period))
        {
            return current;
        }

        var best = Order(live).FirstOrDefault()?.Node;
        return best == current.Leader ? current : new(best, current.Term + 1);
    }
}
