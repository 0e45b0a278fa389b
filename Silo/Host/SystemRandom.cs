using System.Security.Cryptography;
using Fog.Grains;

namespace Fog.Silo.Host;

/// <summary>The operating system's unpredictable bytes.</summary>
internal sealed class SystemRandom : IRandomSource
{
    public void Fill(Span<byte> bytes) => RandomNumberGenerator.Fill(bytes);
}
