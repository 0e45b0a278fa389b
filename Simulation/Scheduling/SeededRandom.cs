namespace Fog.Simulation.Scheduling;

/// <summary>SplitMix64: numbers that follow from a seed, the same on every machine and runtime.</summary>
public sealed class SeededRandom(ulong seed)
{
    private ulong _state = seed;

    /// <summary>A stream of its own, so that who draws more from one changes nothing in another.</summary>
    public SeededRandom Fork() => new(Next());

    public ulong Next()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>From zero to below <paramref name="end"/>.</summary>
    public int Below(int end) => (int)Math.BigMul(Next(), (ulong)end, out _);

    /// <summary>From zero to below one.</summary>
    public double Share() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>True with that chance. No draw for a chance of zero.</summary>
    public bool Happens(double chance) => chance > 0 && Share() < chance;

    public TimeSpan Between(TimeSpan least, TimeSpan most) => TimeSpan.FromMilliseconds(Math.Round((least + (most - least) * Share()).TotalMilliseconds));

    /// <summary>Time to the next event of a Poisson process; at least 1 ms.</summary>
    public TimeSpan Exponential(TimeSpan mean) => TimeSpan.FromMilliseconds(Math.Ceiling(Math.Max(1, -mean.TotalMilliseconds * Math.Log(1 - Share()))));

    public void Fill(Span<byte> bytes)
    {
        Span<byte> drawn = stackalloc byte[sizeof(ulong)];
        for (int i = 0; i < bytes.Length; i += drawn.Length)
        {
            System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(drawn, Next());
            drawn[..Math.Min(drawn.Length, bytes.Length - i)].CopyTo(bytes[i..]);
        }
    }
}
