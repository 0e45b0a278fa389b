#nullable enable
using System.Security.Cryptography;
using Fog.Firmware.Device.SelfTest;
using Fog.Firmware.Loader.Wire;

namespace Fog.Firmware.Device.Host;

/// <summary>Signs the self-test's releases (docs/updates.md, "Manifest") with a key that nobody keeps.</summary>
internal sealed class ReleaseMaker
{
    private readonly RSA key = RSA.Create(2048);

    public byte[] Modulus => key.ExportParameters(false).Modulus!;

    public byte[] Manifest(uint version, byte[] image)
    {
        var writer = new WireWriter(512);
        writer.Raw("FOGR"u8.ToArray());
        writer.U8(1);
        writer.Name(SelfTestRun.Board);
        writer.U32(version);
        writer.U32(SelfTestRun.FactoryVersion);
        writer.U32((uint)image.Length);
        writer.Raw(SHA256.HashData(image));
        writer.Raw(SHA256.HashData(Modulus), 0, 8);
        byte[] signature = key.SignData(writer.ToArray(), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        writer.Bytes16(signature, 0, signature.Length);
        return writer.ToArray();
    }
}
