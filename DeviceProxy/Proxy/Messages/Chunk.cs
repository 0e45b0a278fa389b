using Fog.Grains.Interfaces.Ids;

namespace Fog.DeviceProxy.Proxy.Messages;

/// <summary>0x05 and 0x85: part of a blob. <c>| digest, 32 | total, 4 | offset, 4 | length, 2 | data |</c></summary>
/// <param name="Total">Bytes of the whole blob; 0: not known here.</param>
/// <param name="Offset">A multiple of the chunk size.</param>
/// <param name="Data">A whole chunk, or what is left of the blob.</param>
internal sealed record Chunk(Digest Digest, int Total, int Offset, ReadOnlyMemory<byte> Data) : SessionContent
{
    public static Chunk NotKnown(Digest digest) => new(digest, 0, 0, default);

    public static Chunk Of(Digest digest, ReadOnlyMemory<byte> blob, int offset) =>
        new(digest, blob.Length, offset, blob.Slice(offset, DataBytes(blob.Length, offset)));

    public static Chunk? Read(ReadOnlySpan<byte> bytes)
    {
        var body = new BodyReader(bytes);
        var digest = body.Digest();
        int total = body.U32(ProtocolLimits.BlobBytesMax);
        int offset = body.U32(int.Max(total - 1, 0));
        body.Require(offset % ProtocolLimits.ChunkBytes == 0);
        var data = body.Bytes16(DataBytes(total, offset));
        return body.Complete() ? new(digest, total, offset, data.ToArray()) : null;
    }

    public static void Write(ref BodyWriter body, Chunk chunk)
    {
        body.Digest(chunk.Digest);
        body.U32(chunk.Total);
        body.U32(chunk.Offset);
        body.Bytes16(chunk.Data.Span);
    }

    private static int DataBytes(int total, int offset) => int.Min(ProtocolLimits.ChunkBytes, total - offset);
}
