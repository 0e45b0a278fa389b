namespace Fog.Grains;

/// <summary>Where grains get unpredictable bytes: keys and nonces. Cryptographic in a silo, seeded in a simulation.</summary>
public interface IRandomSource
{
    void Fill(Span<byte> bytes);
}
