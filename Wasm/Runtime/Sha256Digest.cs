using System.Security.Cryptography;
using Fog.Wasm.Portable;

namespace Fog.Wasm.Runtime;

/// <summary>The platform's SHA-256, for what <see cref="FunctionRun"/> writes and reads.</summary>
public sealed class Sha256Digest : IDigest
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public void Add(byte[] data, int offset, int count) => hash.AppendData(data, offset, count);

    public byte[] Finish() => hash.GetHashAndReset();
}
