using Fog.Grains.Interfaces.Ids;

namespace Fog.DeviceProxy.Proxy.Messages;

/// <summary>0x04 and 0x86: send me part of a blob. <c>| digest, 32 | offset, 4 | count, 1 |</c></summary>
/// <param name="Offset">First byte wanted, a multiple of the chunk size.</param>
/// <param name="Count">Chunks wanted in a row, 1 to 8.</param>
internal sealed record Need(Digest Digest, int Offset, int Count) : SessionContent
{
    public static Need? Read(ReadOnlySpan<byte> bytes)
    {
        var body = new BodyReader(bytes);
        var digest = body.Digest();
        int offset = body.U32(ProtocolLimits.BlobBytesMax - 1);
        body.Require(offset % ProtocolLimits.ChunkBytes == 0);
        int count = body.U8(ProtocolLimits.ChunksPerNeedMax);
        body.Require(count >= 1);
        return body.Complete() ? new(digest, offset, count) : null;
    }

    public static void Write(ref BodyWriter body, Need need)
    {
        body.Digest(need.Digest);
        body.U32(need.Offset);
        body.U8(need.Count);
    }
}
