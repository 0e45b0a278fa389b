using System.Collections.Immutable;
using Fog.Grains.Interfaces.Nodes;

namespace Fog.DeviceProxy.Proxy.Messages;

/// <summary>0x08, device → fog: how far a task came within a wake's compute budget.</summary>
/// <remarks>
/// <code>
/// | task, 16 | digest, 32 | size, 4 | length, 2 | value | fuel used, 8 | execute µs, 8 | transfer µs, 8 |
/// </code>
/// </remarks>
internal static class SnapshotMessage
{
    public static SnapshotUplink? Read(ReadOnlySpan<byte> bytes)
    {
        var body = new BodyReader(bytes);
        var task = body.Task();
        var digest = body.Digest();
        int size = body.U32(ProtocolLimits.BlobBytesMax);
        body.Require(size > 0);
        ImmutableArray<byte> value = [.. body.Bytes16(size <= ProtocolLimits.InlineBytesMax ? size : 0)];
        long fuel = body.U64();
        var execute = body.Microseconds();
        var transfer = body.Microseconds();
        return body.Complete() ? new(task, digest, size, value, fuel, execute, transfer) : null;
    }

    public static void Write(ref BodyWriter body, SnapshotUplink snapshot)
    {
        body.Task(snapshot.Task);
        body.Digest(snapshot.Digest);
        body.U32(snapshot.SizeBytes);
        body.Bytes16(snapshot.Value.AsSpan());
        body.U64(snapshot.FuelUsed);
        body.Microseconds(snapshot.Execute);
        body.Microseconds(snapshot.Transfer);
    }
}
