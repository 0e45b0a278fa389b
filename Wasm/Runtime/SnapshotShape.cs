using System.Collections.Immutable;
using System.Security.Cryptography;
using Fog.Wasm.Portable;

namespace Fog.Wasm.Runtime;

/// <summary>What the fog can see of a snapshot that a device sent: whether it could be the state of a run of that image.</summary>
/// <remarks>
/// Digest, image, block entry, open calls, bounds of memory and tables, fuel and depth. A snapshot that passes can still be
/// a lie, so it counts for the seat of the device that sent it and for no other.
/// </remarks>
public static class SnapshotShape
{
    /// <summary>The fuel it says was used, 0 to <paramref name="fuelMax"/>.</summary>
    /// <param name="image">The image of the task.</param>
    /// <param name="snapshot">Untrusted bytes, of any length.</param>
    /// <param name="fuelMax">Fuel of the whole call.</param>
    /// <param name="memoryBytesMax">Linear memory of the call.</param>
    /// <param name="callDepthMax">Calls that may be open at once.</param>
    /// <exception cref="SnapshotException">It is none, by name.</exception>
    /// <exception cref="ImageException">The image is none, or no function.</exception>
    public static long Check(ImmutableArray<byte> image, ImmutableArray<byte> snapshot, long fuelMax, int memoryBytesMax, int callDepthMax) =>
        FunctionRun.CheckSnapshot([.. image], [.. snapshot], SHA256.HashData(image.AsSpan()), new Sha256Digest(), fuelMax, memoryBytesMax, callDepthMax);
}
