using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Fog.Grains.Interfaces.Ids;

namespace Fog.Grains.Interfaces.Blobs;

/// <summary>Bytes that travel inline up to <see cref="InlineBytesMax"/> and by digest, through the blob store, beyond.</summary>
/// <param name="Inline">All the bytes, or empty when they must be fetched.</param>
[GenerateSerializer, Immutable, Alias("fog.BlobValue")]
public sealed record BlobValue(Digest Digest, int SizeBytes, ImmutableArray<byte> Inline)
{
    /// <summary>Origin: docs/protocol.md, "Limits".</summary>
    public const int InlineBytesMax = 1024;

    [JsonIgnore]
    public bool IsInline => Inline.Length == SizeBytes;

    public static BlobValue Of(ImmutableArray<byte> content) =>
        new(Digest.Of(content.AsSpan()), content.Length, content.Length <= InlineBytesMax ? content : []);
}
