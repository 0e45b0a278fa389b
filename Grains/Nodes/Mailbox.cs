using System.Collections.Immutable;
using Fog.Grains.Interfaces.Blobs;
using Fog.Grains.Interfaces.Clusters;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Nodes;
using Fog.Grains.Results;
using Fog.Grains.Rules;

namespace Fog.Grains.Nodes;

/// <summary>The mail of one device: pure steps from one state to the next. An entry goes when the device's own word shows that it is done.</summary>
internal static class Mailbox
{
    /// <summary>Adds a task. A task that waits already is left as it is; one that was withdrawn counts again.</summary>
    public static NodeState Put(NodeState state, SeatOrder order) => state with
    {
        Tasks = Find(state, order.Task.Id) is null ? state.Tasks.Add(new(order, Sent: false)) : state.Tasks,
        Stops = state.Stops.Remove(order.Task.Id),
    };

    /// <summary>Drops tasks past their deadline: they are not sent any more, and who ordered them may be unable to withdraw them.</summary>
    public static NodeState Expire(NodeState state, DateTimeOffset now) => state.Tasks.Any(t => t.Order.Task.Deadline <= now)
        ? state with { Tasks = state.Tasks.RemoveAll(t => t.Order.Task.Deadline <= now) }
        : state;

    public static NodeState Put(NodeState state, FetchMail fetch)
    {
        var fetches = state.Fetches.RemoveAll(f => f.Task == fetch.Task).Add(fetch);
        return state with { Fetches = fetches.Length > GrainLimits.FetchesMax ? fetches.RemoveAt(0) : fetches };
    }

    /// <summary>Drops what is said of a task. A device that may know of it is to be told, unless its mail never left.</summary>
    public static NodeState Withdraw(NodeState state, TaskId task)
    {
        bool unknownToDevice = Find(state, task) is { Sent: false };
        var stops = unknownToDevice || state.Stops.Contains(task) ? state.Stops : state.Stops.Add(task);
        return Done(state, task) with { Stops = stops.Length > GrainLimits.StopsMax ? stops.RemoveAt(0) : stops };
    }

    /// <summary>The device's vote is recorded, and its value may still be asked of it: a fetch that waits, waits on.</summary>
    public static NodeState Voted(NodeState state, TaskId task) => state with { Tasks = state.Tasks.RemoveAll(t => t.Id == task) };

    /// <summary>Nothing more is wanted of the device for this task.</summary>
    public static NodeState Done(NodeState state, TaskId task) => state with
    {
        Tasks = state.Tasks.RemoveAll(t => t.Id == task),
        Fetches = state.Fetches.RemoveAll(f => f.Task == task),
        Stops = state.Stops.Remove(task),
    };

    /// <summary>Everything that waits, for a device that just woke: stops first, so that there is room for the rest.</summary>
    /// <remarks>All of it on the device's own topic, a leader's tasks too (docs/protocol.md, welcome).</remarks>
    public static ImmutableArray<Downlink> Batch(NodeState state, DateTimeOffset now) =>
    [
        .. state.Stops.Select(static task => new StopDownlink(task)),
        .. state.Fetches.Select(static f => new FetchDownlink(f.Digest, f.SizeBytes)),
        .. state.Tasks.Where(t => t.Order.Task.Deadline > now).Select(t => Message(t.Order, state.Membership, leadsTerm: null)),
        .. state.Update is { } update ? [new UpdateDownlink(update.Offer)] : ImmutableArray<Downlink>.Empty,
    ];

    /// <param name="leadsTerm">Term in which the device listens to its cluster's leader topic; null when it does not.</param>
    public static TaskDownlink Message(SeatOrder order, Membership? membership, uint? leadsTerm)
    {
        bool byLeaderTopic = order.ViaLeader && membership is { Leader: true } && membership.Cluster == order.Cluster && membership.Term == leadsTerm;
        return new(order.Task, membership?.Term ?? 0, byLeaderTopic ? order.Cluster.Name : null);
    }

    /// <summary>The task goes on from there the next time it is sent.</summary>
    public static NodeState Suspended(NodeState state, TaskId task, TaskSnapshot snapshot) => state with
    {
        Tasks = [.. state.Tasks.Select(t => t.Id == task ? t with { Order = t.Order with { Task = t.Order.Task with { Snapshot = snapshot } } } : t)],
    };

    public static NodeState Sent(NodeState state) => state with { Tasks = [.. state.Tasks.Select(static t => t with { Sent = true })] };

    public static TaskMail? Find(NodeState state, TaskId task) => state.Tasks.FirstOrDefault(t => t.Id == task);

    /// <summary>A result as a vote. What does not agree with itself is a vote without a value: a claimed digest alone must not stand for bytes
    /// that came along and hash to something else.</summary>
    /// <param name="before">What led up to it, if the device went on from a snapshot.</param>
    public static SeatVote Vote(ResultUplink result, TaskSnapshot? before, EnergyOptions options)
    {
        double joules = Energy.TaskJoules(result.Execute, result.Transfer, options) + (before?.Joules ?? 0);
        var execute = result.Execute + (before?.Execute ?? TimeSpan.Zero);
        if (result.Failure != DeviceFailure.None)
        {
            return new(result.Task, result.Failure, null, result.FuelUsed, execute, joules);
        }

        bool agrees = result.SizeBytes <= BlobValue.InlineBytesMax
            ? result.SizeBytes == result.Value.Length
                && Digest.Of(result.Value.AsSpan()) == result.Digest
                && CanonicalResult.IsWellFormed(result.Value.AsSpan())
            : result.SizeBytes <= GrainLimits.BlobBytesMax && result.Value.IsEmpty;
        return agrees
            ? new(result.Task, DeviceFailure.None, new(result.Digest, result.SizeBytes, result.Value), result.FuelUsed, execute, joules)
            : new(result.Task, DeviceFailure.TransferFailed, null, result.FuelUsed, execute, joules);
    }
}
