using System.Collections;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Fog.DeviceProxy.Proxy.Messages;
using Fog.Grains.Interfaces.Ids;

namespace Fog.DeviceProxy.Proxy.Transfers;

/// <summary>A value on its way up from a device, chunk by chunk, in any order.</summary>
/// <remarks>Chunks are asked for in runs. When the last one of a run comes, the next need says what is missing, of that run or beyond.</remarks>
internal sealed class Upload
{
    private readonly byte[] bytes;
    private readonly BitArray received;
    private int missing;
    /// <summary>The chunk after the last one asked for.</summary>
    private int runEnd;

    public Upload(Digest digest, int sizeBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sizeBytes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sizeBytes, ProtocolLimits.BlobBytesMax);
        Digest = digest;
        bytes = new byte[sizeBytes];
        missing = (sizeBytes + ProtocolLimits.ChunkBytes - 1) / ProtocolLimits.ChunkBytes;
        received = new BitArray(missing);
    }

    public Digest Digest { get; }

    public int SizeBytes => bytes.Length;

    /// <summary>Every chunk is here; whether they are the right bytes, <see cref="TryFinish"/> says.</summary>
    public bool Complete => missing == 0;

    /// <summary>Asks for the first missing chunks.</summary>
    public Need NextNeed()
    {
        if (Complete)
            throw new InvalidOperationException("Nothing is missing.");
        int start = 0;
        while (received[start])
            start++;
        runEnd = start + 1;
        while (runEnd < received.Length && !received[runEnd] && runEnd - start < ProtocolLimits.ChunksPerNeedMax)
            runEnd++;
        return new(Digest, start * ProtocolLimits.ChunkBytes, runEnd - start);
    }

    public UploadStep Accept(Chunk chunk)
    {
        if (chunk.Total == 0)
            return UploadStep.NotKnown;
        if (chunk.Total != SizeBytes)
            return UploadStep.NotAsPromised;
        int index = chunk.Offset / ProtocolLimits.ChunkBytes;
        if (received[index])
            return UploadStep.Duplicate;
        chunk.Data.Span.CopyTo(bytes.AsSpan(chunk.Offset));
        received[index] = true;
        missing--;
        return Complete ? UploadStep.Complete
            : index == runEnd - 1 ? UploadStep.AskOn
            : UploadStep.Taken;
    }

    /// <summary>The bytes, or null when they are not what the digest says; then they are worth nothing.</summary>
    public ImmutableArray<byte>? TryFinish() =>
        Complete && Digest.Of(bytes) == Digest ? ImmutableCollectionsMarshal.AsImmutableArray(bytes) : null;
}

internal enum UploadStep
{
    /// <summary>More of the run is on its way.</summary>
    Taken,
    /// <summary>It was here already.</summary>
    Duplicate,
    /// <summary>The run has ended, and what of it has not come is lost or late: send the next need.</summary>
    AskOn,
    Complete,
    /// <summary>The device no longer has the value.</summary>
    NotKnown,
    /// <summary>The value does not have the size that the device's result gave it.</summary>
    NotAsPromised,
}
