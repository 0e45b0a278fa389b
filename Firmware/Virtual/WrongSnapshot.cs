using System.Security.Cryptography;
using Fog.Firmware.Loader.Cryptography;
using Fog.Firmware.Logic.Protocol;
using Fog.Wasm.Portable;

namespace Fog.Firmware.Virtual;

/// <summary>Makes a false snapshot (docs/snapshots.md) out of a true one: well formed, its digest right, its memory and registers not.</summary>
internal static class WrongSnapshot
{
    private const int DigestBytes = 32;

    /// <summary>Bytes that are tried: enough to reach what the function still reads.</summary>
    private const int BytesMax = 64;

    /// <summary>Changes, from the end, every byte that can be changed without it being seen; memory comes last in a snapshot, registers before.</summary>
    public static byte[] Of(byte[] right, TaskOrder order, byte[] image, byte[] salt)
    {
        var pattern = (byte)(1 + SHA256.HashData(salt)[0] % 255);
        var wrong = right;
        for (var position = right.Length - DigestBytes - 1; position >= 0 && position >= right.Length - DigestBytes - BytesMax; position--)
        {
            var changed = (byte[])wrong.Clone();
            changed[position] ^= pattern;
            SHA256.HashData(changed.AsSpan(..^DigestBytes), changed.AsSpan(^DigestBytes..));
            if (Passes(changed, order, image))
                wrong = changed;
        }

        return wrong;
    }

    private static bool Passes(byte[] snapshot, TaskOrder order, byte[] image)
    {
        try
        {
            FunctionRun.CheckSnapshot(image, snapshot, order.ImageDigest, new Sha256(), order.Fuel, order.MemoryBytes, order.CallDepth);
            return true;
        }
        catch (SnapshotException)
        {
            return false;
        }
    }
}
