using System.Collections.Immutable;
using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Clusters;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Nodes;

namespace Fog.Grains.Rules;

/// <summary>A member that can take a seat: neither lost nor marked to move.</summary>
/// <param name="Expected">When it is next awake; now, if it is.</param>
/// <param name="Late">It missed that moment already.</param>
/// <param name="Dissented">It made an earlier attempt at the same invocation fail.</param>
public sealed record Elector(Candidate Node, DateTimeOffset Expected, bool Late, bool Dissented)
{
    /// <summary>End of the wake in which it takes its mail.</summary>
    public DateTimeOffset AwakeUntil => Expected + Node.DutyCycle.Period * Node.DutyCycle.Fraction;
}

/// <summary>Who votes.</summary>
public static class Electorate
{
    /// <summary>The members expected first that the task fits; with one seat, the leader.</summary>
    /// <param name="live">Of those that <paramref name="order"/> is for.</param>
    /// <param name="chosen">As many nodes as <paramref name="order"/> has replicas; empty with a refusal.</param>
    /// <returns>Why there is no such electorate (<see cref="FogError.TooManyReplicas"/>, <see cref="FogError.NoCapacity"/>,
    /// <see cref="FogError.TooLargeForDevice"/> or <see cref="FogError.DeadlineUnreachable"/>), or null.</returns>
    public static FogException? Choose(VoteOrder order, IReadOnlyCollection<Elector> live, NodeId? leader, VotingOptions options, out ImmutableArray<NodeId> chosen)
    {
        chosen = [];
        if (order.Replicas < 1 || order.Replicas > options.ReplicasMax || order.Replicas % 2 == 0)
        {
            return new(FogError.TooManyReplicas, $"{order.Replicas} replicas: ask for an odd number from 1 to {options.ReplicasMax}.");
        }

        if (order.Device is { } device && live.Count == 0)
        {
            return new(FogError.NoCapacity, $"Device '{device.Name}' takes no call now: it is late, or on its way to another cluster; call again.");
        }

        if (order.Replicas > live.Count)
        {
            return new(FogError.TooManyReplicas, $"{order.Replicas} replicas, but only {live.Count} live devices: ask for fewer, or add devices.");
        }

        var able = live.Where(e => Fits(order, e.Node)).ToList();
        if (able.Count < order.Replicas)
        {
            return new(
                FogError.TooLargeForDevice,
                $"Image and arguments take {HeapBytes(order)} bytes; only {able.Count} of {live.Count} live devices have that much heap, and {order.Replicas} are needed.");
        }

        var seats = order.Replicas == 1 && able.FirstOrDefault(e => e.Node.Node == leader && !e.Dissented && !e.Late) is { } leading
            ? [leading]
            : ExpectedFirst(able).Take(order.Replicas).ToList();
        if (!IsReachable(seats, order.Deadline))
        {
            return new(
                FogError.DeadlineUnreachable,
                $"A majority of {order.Replicas} devices is awake only by {Reached(seats):O}, after the deadline {order.Deadline:O}: allow more time, or ask for fewer replicas.");
        }

        chosen = [.. seats.Select(static e => e.Node.Node)];
        return null;
    }

    /// <summary>A member for a seat whose node was lost, or null when nobody can take it.</summary>
    /// <param name="others">The other seats of the vote.</param>
    public static NodeId? Substitute(VoteOrder order, IEnumerable<Elector> live, IReadOnlyCollection<Seat> others) =>
        ExpectedFirst(live.Where(e => !others.Any(s => s.Binds(e.Node.Node)) && Fits(order, e.Node))).FirstOrDefault()?.Node.Node;

    /// <summary>Whether a majority of these has been awake by the deadline: the k-th expected wake and its awake window.</summary>
    public static bool IsReachable(IReadOnlyCollection<Elector> chosen, DateTimeOffset deadline) => Reached(chosen) <= deadline;

    /// <summary>Whether the device's heap can hold the task: its image, and the arguments twice, as sent and as copied into guest memory.
    /// Memory beyond is taken as the function touches it, and what then does not fit is the device's own <c>TooLargeForHeap</c>.</summary>
    public static bool Fits(VoteOrder order, Candidate node) => HeapBytes(order) <= node.FreeHeapBytes;

    private static DateTimeOffset Reached(IReadOnlyCollection<Elector> chosen) =>
        chosen.Select(static e => e.AwakeUntil).Order().ElementAt(Tally.Majority(chosen.Count) - 1);

    private static IOrderedEnumerable<Elector> ExpectedFirst(IEnumerable<Elector> members) => members
        .OrderBy(static e => e.Dissented)
        .ThenBy(static e => e.Late)
        .ThenBy(static e => e.Expected)
        .ThenBy(static e => e.Node.Node.ToString(), StringComparer.Ordinal);

    private static long HeapBytes(VoteOrder order) => order.ImageBytes + (2L * order.Arguments.SizeBytes);
}
