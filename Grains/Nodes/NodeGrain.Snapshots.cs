using System.Collections.Immutable;
using Fog.Grains.Blobs;
using Fog.Grains.Interfaces.Blobs;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Nodes;
using Fog.Grains.Rules;
using Fog.Wasm.Portable;
using Fog.Wasm.Runtime;

namespace Fog.Grains.Nodes;

/// <summary>Snapshots of tasks that outlive a compute budget: fetched, checked, stored for the seat, and only then acknowledged.</summary>
public sealed partial class NodeGrain
{
    // Large ones on their way up. Not durable: a device repeats what is not acknowledged.
    private readonly Dictionary<Digest, SnapshotUplink> _offered = [];

    private async Task Take(SnapshotUplink offer, SessionRef session)
    {
        var task = Mailbox.Find(_state.Value, offer.Task)?.Order.Task;
        if (task is null)
        {
            Acknowledge(offer.Task, keep: false, session); // Nobody waits for it any more.
        }
        else if (task.Snapshot?.Digest == offer.Digest)
        {
            Acknowledge(offer.Task, keep: true, session); // Repeated.
        }
        else if (offer.SizeBytes <= BlobValue.InlineBytesMax)
        {
            await Keep(offer, offer.Value, session);
        }
        else if (_offered.Count < GrainLimits.FetchesMax)
        {
            _offered[offer.Digest] = offer;
            session.Link.Deliver(_id, session.Epoch, [new FetchDownlink(offer.Digest, offer.SizeBytes)]);
        }
    }

    /// <summary>A value that was asked for has come, or is not to be had; perhaps it is a snapshot.</summary>
    private async Task Take(ValueUplink value, SessionRef session)
    {
        if (_offered.Remove(value.Digest, out var offer) && value.Found)
        {
            await Keep(offer, await GrainFactory.Load(value.Digest), session);
        }
    }

    private async Task Keep(SnapshotUplink offer, ImmutableArray<byte> snapshot, SessionRef session)
    {
        if (Mailbox.Find(_state.Value, offer.Task)?.Order is not { } order)
        {
            Acknowledge(offer.Task, keep: false, session);
            return;
        }

        int number = (order.Task.Snapshot?.Number ?? 0) + 1;
        if (number > GrainLimits.SnapshotsMax || await FuelUsed(offer, snapshot, order.Task) is not { } fuelUsed)
        {
            // It has no way on, and its seat no value.
            await Answer(new ResultUplink(offer.Task, DeviceFailure.ComputeBudgetExceeded, default, 0, [], offer.FuelUsed, offer.Execute, offer.Transfer), session);
            return;
        }

        await GrainFactory.GetGrain<IBlobGrain>(offer.Digest.Hex).PutForCall(snapshot);
        var kept = new TaskSnapshot(
            offer.Digest,
            offer.SizeBytes,
            number,
            fuelUsed,
            offer.Execute + (order.Task.Snapshot?.Execute ?? TimeSpan.Zero),
            Energy.TaskJoules(offer.Execute, offer.Transfer, _options.Energy) + (order.Task.Snapshot?.Joules ?? 0));
        bool has = await Cluster(order.Cluster).Suspend(_id, offer.Task, kept);

        // It is durable there, so losing this change costs the device a repeat at worst: it is written with the sleep.
        _state.Value = has ? Mailbox.Suspended(_state.Value, offer.Task, kept) : Mailbox.Done(_state.Value, offer.Task);
        Acknowledge(offer.Task, keep: has, session);
    }

    /// <summary>Of a snapshot that could be the state of a run of that task; null of any other.</summary>
    private async Task<long?> FuelUsed(SnapshotUplink offer, ImmutableArray<byte> snapshot, DeviceTask task)
    {
        if (snapshot.Length != offer.SizeBytes || Digest.Of(snapshot.AsSpan()) != offer.Digest)
        {
            return null;
        }

        var limits = task.Limits;
        try
        {
            return SnapshotShape.Check(await GrainFactory.Load(task.Image), snapshot, limits.Fuel, limits.MemoryBytes, limits.CallDepth);
        }
        catch (SnapshotException)
        {
            return null;
        }
    }

    private void Acknowledge(TaskId task, bool keep, SessionRef session) =>
        session.Link.Deliver(_id, session.Epoch, [new AcceptedDownlink(task, keep)]);
}
