using System.Collections.Immutable;
using Fog.Grains.Interfaces.Blobs;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Nodes;

namespace Fog.DeviceProxy.Proxy.Messages;

/// <summary>0x82, fog → device: work.</summary>
/// <remarks>
/// <code>
/// | task, 16 | term, 4 | image, 32 | image size, 4 | fuel, 8 | memory, 4 | call depth, 2 | deadline ms, 8 |
/// | arguments digest, 32 | arguments size, 4 | length, 2 | arguments | snapshot digest, 32 | snapshot size, 4 |
/// | now ms, 8 | seed, 8 |
/// </code>
/// </remarks>
internal static class TaskMessage
{
    /// <summary>The topic, and so the leadership it was sent for, is not part of the body; nor is how a snapshot came about.</summary>
    public static TaskDownlink? Read(ReadOnlySpan<byte> bytes)
    {
        var body = new BodyReader(bytes);
        var task = body.Task();
        uint term = body.U32();
        var image = body.Digest();
        int imageSize = body.U32(ProtocolLimits.BlobBytesMax);
        var limits = new ExecutionLimits(body.U64(), body.U32(int.MaxValue), body.U16());
        var deadline = body.Time();
        var argumentsDigest = body.Digest();
        int argumentsSize = body.U32(ProtocolLimits.BlobBytesMax);
        ImmutableArray<byte> arguments = [.. body.Bytes16(argumentsSize <= ProtocolLimits.InlineBytesMax ? argumentsSize : 0)];
        var snapshotHash = body.Bytes(Digest.ByteCount);
        int snapshotSize = body.U32(ProtocolLimits.BlobBytesMax);
        var context = new CallContext(body.U64(), body.I64());
        body.Require(snapshotSize > 0 || !snapshotHash.ContainsAnyExcept((byte)0));
        return body.Complete()
            ? new(
                new(
                    task, image, imageSize, limits, deadline, new BlobValue(argumentsDigest, argumentsSize, arguments),
                    snapshotSize > 0 ? new(Digest.FromBytes(snapshotHash), snapshotSize, Number: 0, FuelUsed: 0, default, Joules: 0) : null,
                    context),
                term,
                LeaderOf: null)
            : null;
    }

    public static void Write(ref BodyWriter body, TaskDownlink downlink)
    {
        var task = downlink.Task;
        body.Task(task.Id);
        body.U32(downlink.Term);
        body.Digest(task.Image);
        body.U32(task.ImageBytes);
        body.U64(task.Limits.Fuel);
        body.U32(task.Limits.MemoryBytes);
        body.U16(task.Limits.CallDepth);
        body.Time(task.Deadline);
        body.Digest(task.Arguments.Digest);
        body.U32(task.Arguments.SizeBytes);
        body.Bytes16(task.Arguments.SizeBytes <= ProtocolLimits.InlineBytesMax ? task.Arguments.Inline.AsSpan() : []);
        if (task.Snapshot is { } snapshot)
        {
            body.Digest(snapshot.Digest);
            body.U32(snapshot.SizeBytes);
        }
        else
        {
            body.Bytes(new byte[Digest.ByteCount]);
            body.U32(0);
        }

        body.U64(task.Context.NowMillis);
        body.I64(task.Context.Seed);
    }
}
