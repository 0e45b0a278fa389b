using Fog.Grains.Interfaces.Blobs;

namespace Fog.DeviceProxy.Proxy.Messages;

/// <summary>Bounds that the device protocol itself sets. Origin of all: docs/protocol.md.</summary>
internal static class ProtocolLimits
{
    /// <summary>Envelope and tag around an empty body.</summary>
    public const int MessageBytesMin = Envelope.HeaderBytes + Envelope.TagBytes;

    public const int MessageBytesMax = 4096;

    /// <summary>The longest topic is <c>fog/{site}/n/{node}/down</c> with names of 32.</summary>
    public const int TopicBytesMax = 128;

    public const int InlineBytesMax = BlobValue.InlineBytesMax;

    public const int BlobBytesMax = IBlobGrain.SizeBytesMax;

    public const int ChunkBytes = 1024;

    public const int ChunksPerNeedMax = 8;

    public const int CachedImagesMax = 16;

    public const int LogTextBytesMax = 512;

    public const int NonceBytes = 16;

    /// <summary>First duration in µs that is no longer believed: 407 days.</summary>
    public const ulong MicrosecondsEnd = 1UL << 45;

    public static readonly TimeSpan PeriodMin = TimeSpan.FromMilliseconds(100);

    public static readonly TimeSpan PeriodMax = TimeSpan.FromHours(24);

    public const int DutyPermilleMax = 1000;
}
