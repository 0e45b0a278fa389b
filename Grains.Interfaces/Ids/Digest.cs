using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Fog.Grains.Interfaces.Ids;

/// <summary>SHA-256 of some bytes, as 64 lower-case hexadecimal digits: the key of the blob grain that holds them.</summary>
[GenerateSerializer, Immutable, Alias("fog.Digest")]
public readonly record struct Digest([property: Id(0)] string Hex)
{
    public const int ByteCount = 32;

    public static Digest Of(ReadOnlySpan<byte> content) => FromBytes(SHA256.HashData(content));

    public static Digest FromBytes(ReadOnlySpan<byte> hash) => hash.Length == ByteCount
        ? new(Convert.ToHexStringLower(hash))
        : throw new ArgumentException("A SHA-256 digest has 32 bytes.", nameof(hash));

    public ImmutableArray<byte> ToBytes() => [.. Convert.FromHexString(Hex)];

    public override string ToString() => Hex;
}
