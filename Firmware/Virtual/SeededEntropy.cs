using System.Buffers.Binary;
using System.Security.Cryptography;
using Fog.Firmware.Logic;

namespace Fog.Firmware.Virtual;

/// <summary>Bytes that follow from a seed, and that nobody without the device's key can foretell.</summary>
internal sealed class SeededEntropy(ReadOnlyMemory<byte> key, ulong seed) : IEntropy
{
    private ulong drawn;

    public void Fill(byte[] bytes)
    {
        for (var at = 0; at < bytes.Length; at += 32)
            Draw().AsSpan(0, Math.Min(32, bytes.Length - at)).CopyTo(bytes.AsSpan(at));
    }

    /// <summary>True with that chance.</summary>
    public bool Happens(double chance) =>
        chance > 0 && BinaryPrimitives.ReadUInt64LittleEndian(Draw()) < chance * ulong.MaxValue;

    /// <summary>Somewhere between −1 and 1, evenly.</summary>
    public double Lean() => (2.0 * BinaryPrimitives.ReadUInt64LittleEndian(Draw()) / ulong.MaxValue) - 1;

    private byte[] Draw()
    {
        Span<byte> material = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(material, seed);
        BinaryPrimitives.WriteUInt64LittleEndian(material[8..], drawn++);
        return HMACSHA256.HashData(key.Span, material);
    }
}
