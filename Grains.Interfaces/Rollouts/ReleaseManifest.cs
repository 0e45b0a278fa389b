using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Fog.Grains.Interfaces.Ids;

namespace Fog.Grains.Interfaces.Rollouts;

/// <summary>What a release's maker signs (docs/updates.md, "Manifest"). The fog reads and passes it on; only devices know whose signature counts.</summary>
/// <param name="Board">What it is made for: a name.</param>
/// <param name="Version">major·65536 + minor·256 + patch, not 0.</param>
/// <param name="MinimumVersion">Lowest version that it can take the place of.</param>
/// <param name="Image">SHA-256 of the image.</param>
/// <param name="KeyId">First eight bytes of SHA-256 of the modulus of the key that signs.</param>
public sealed record ReleaseManifest(string Board, uint Version, uint MinimumVersion, int SizeBytes, Digest Image, ImmutableArray<byte> KeyId)
{
    /// <summary>A slot of a device.</summary>
    public const int ImageBytesMax = 32 * 1024;

    /// <summary>With its signature.</summary>
    public const int BytesMax = 512;

    public const int KeyIdBytes = 8;
    private const byte Format = 1;
    private const int FixedBytes = 5 + 1 + 12 + Digest.ByteCount + KeyIdBytes;

    /// <summary>As <c>fog release list</c> shows it and <c>fog rollout start</c> takes it.</summary>
    public string Name => $"{Board}-{VersionText(Version)}";

    public static string VersionText(uint version) => $"{version >> 16}.{(version >> 8) & 0xFF}.{version & 0xFF}";

    /// <summary>The bytes that are signed.</summary>
    public ImmutableArray<byte> Signed()
    {
        var bytes = new byte[FixedBytes + Board.Length];
        "FOGR"u8.CopyTo(bytes);
        bytes[4] = Format;
        bytes[5] = (byte)Board.Length;
        Encoding.ASCII.GetBytes(Board, bytes.AsSpan(6));
        var rest = bytes.AsSpan(6 + Board.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(rest, Version);
        BinaryPrimitives.WriteUInt32LittleEndian(rest[4..], MinimumVersion);
        BinaryPrimitives.WriteInt32LittleEndian(rest[8..], SizeBytes);
        Image.ToBytes().CopyTo(rest[12..]);
        KeyId.CopyTo(rest[(12 + Digest.ByteCount)..]);
        return [.. bytes];
    }

    /// <summary>What devices and fog are given.</summary>
    public ImmutableArray<byte> With(ReadOnlySpan<byte> signature)
    {
        var length = new byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(length, checked((ushort)signature.Length));
        return [.. Signed(), .. length, .. signature];
    }

    /// <summary>Reads a manifest and its signature, of which only the length is checked: 2048 or 3072 bits.</summary>
    /// <returns>Null when it is malformed; else with the release's identity, SHA-256 of what is signed.</returns>
    public static (ReleaseManifest Manifest, Digest Id, int Bytes)? Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < FixedBytes || !bytes.StartsWith("FOGR"u8) || bytes[4] != Format)
        {
            return null;
        }

        int board = bytes[5];
        int signedBytes = FixedBytes + board;
        if (bytes.Length < signedBytes + 2)
        {
            return null;
        }

        int signature = BinaryPrimitives.ReadUInt16LittleEndian(bytes[signedBytes..]);
        string name = Encoding.ASCII.GetString(bytes.Slice(6, board));
        var rest = bytes[(6 + board)..];
        uint version = BinaryPrimitives.ReadUInt32LittleEndian(rest);
        uint size = BinaryPrimitives.ReadUInt32LittleEndian(rest[8..]);
        bool isWell = signature is 256 or 384 && bytes.Length >= signedBytes + 2 + signature && FogName.IsValid(name) && version > 0 && size is > 0 and <= ImageBytesMax;
        return isWell
            ? (new(
                name,
                version,
                BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]),
                (int)size,
                Digest.FromBytes(rest.Slice(12, Digest.ByteCount)),
                [.. rest.Slice(12 + Digest.ByteCount, KeyIdBytes)]),
                Digest.Of(bytes[..signedBytes]),
                signedBytes + 2 + signature)
            : null;
    }
}
