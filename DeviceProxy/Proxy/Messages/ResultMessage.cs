using System.Collections.Immutable;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Nodes;

namespace Fog.DeviceProxy.Proxy.Messages;

/// <summary>0x03, device → fog: what became of a task.</summary>
/// <remarks>
/// <code>
/// | task, 16 | status, 1 | reason, 1 | digest, 32 | size, 4 | length, 2 | value | fuel used, 8 | execute µs, 8 | transfer µs, 8 |
/// </code>
/// </remarks>
internal static class ResultMessage
{
    public static ResultUplink? Read(ReadOnlySpan<byte> bytes)
    {
        var body = new BodyReader(bytes);
        var task = body.Task();
        bool failed = body.Flag();
        var failure = (DeviceFailure)body.U8((byte)DeviceFailure.SnapshotRejected);
        body.Require(failed == (failure != DeviceFailure.None));
        var hash = body.Bytes(Digest.ByteCount);
        body.Require(!failed || !hash.ContainsAnyExcept((byte)0));
        int size = body.U32(failed ? 0 : ProtocolLimits.BlobBytesMax);
        ImmutableArray<byte> value = [.. body.Bytes16(size <= ProtocolLimits.InlineBytesMax ? size : 0)];
        long fuel = body.U64();
        var execute = body.Microseconds();
        var transfer = body.Microseconds();
        return body.Complete()
            ? new(task, failure, failed ? default : Digest.FromBytes(hash), size, value, fuel, execute, transfer)
            : null;
    }

    public static void Write(ref BodyWriter body, ResultUplink result)
    {
        body.Task(result.Task);
        body.Flag(result.Failure != DeviceFailure.None);
        body.U8((byte)result.Failure);
        body.Bytes(result.Failure == DeviceFailure.None ? Convert.FromHexString(result.Digest.Hex) : new byte[Digest.ByteCount]);
        body.U32(result.SizeBytes);
        body.Bytes16(result.Value.AsSpan());
        body.U64(result.FuelUsed);
        body.Microseconds(result.Execute);
        body.Microseconds(result.Transfer);
    }
}
