using System.Security.Cryptography;
using System.Text;
using Fog.Firmware.Loader.Cryptography;
using Fog.Firmware.Loader.Releases;

namespace Fog.Firmware.Logic.Tests;

/// <summary>A release made from docs/updates.md alone, with the platform's RSA.</summary>
internal sealed record TestRelease
{
    public const string DeviceBoard = "esp32";

    private static readonly RSA s_key = RSA.Create(2048);

    public static ReleaseTrust Trust { get; } = new(DeviceBoard, [RsaKey.Of(Modulus(s_key))]);

    public string Board { get; init; } = DeviceBoard;
    public uint Version { get; init; } = 0x000200;
    public uint MinimumVersion { get; init; }
    public byte[] Image { get; init; } = ImageOf(2, 5000);

    /// <summary>Bytes that the manifest speaks of; null: the image.</summary>
    public byte[]? Promised { get; init; }

    public RSA Key { get; init; } = s_key;

    /// <summary>Who the manifest says signed it; null: who did.</summary>
    public RSA? NamedKey { get; init; }

    public byte[] Manifest()
    {
        byte[] promised = Promised ?? Image;
        byte[] signed =
        [
            .. "FOGR"u8, 1, (byte)Board.Length, .. Encoding.ASCII.GetBytes(Board), .. FogCodec.U32(Version), .. FogCodec.U32(MinimumVersion),
            .. FogCodec.U32((uint)promised.Length), .. SHA256.HashData(promised), .. SHA256.HashData(Modulus(NamedKey ?? Key))[..8],
        ];
        return [.. signed, .. FogCodec.Bytes16(Key.SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))];
    }

    public static byte[] ImageOf(int seed, int bytes)
    {
        var image = new byte[bytes];
        new Random(seed).NextBytes(image);
        return image;
    }

    private static byte[] Modulus(RSA key) => key.ExportParameters(false).Modulus!;
}
