namespace Fog.Samples;

/// <summary>Reference inputs from a fixed seed (SplitMix64), the same everywhere.</summary>
internal sealed class SampleInputs(ulong seed)
{
    private ulong state = seed;

    public double[] Doubles(int count, double from, double to)
    {
        var values = new double[count];
        for (var i = 0; i < count; i++) values[i] = from + ((to - from) * Fraction());
        return values;
    }

    /// <summary>Whole numbers from 0 to <paramref name="max"/>, as doubles.</summary>
    public double[] Counts(int count, int max)
    {
        var values = new double[count];
        for (var i = 0; i < count; i++) values[i] = Next() % (ulong)(max + 1);
        return values;
    }

    public uint[] Words(int count)
    {
        var values = new uint[count];
        for (var i = 0; i < count; i++) values[i] = (uint)(Next() >> 32);
        return values;
    }

    public byte[] Bits(int count)
    {
        var values = new byte[count];
        for (var i = 0; i < count; i++) values[i] = (byte)(Next() >> 63);
        return values;
    }

    // 53 bits, 0 ≤ x < 1
    private double Fraction() => (Next() >> 11) / 9007199254740992.0;

    private ulong Next()
    {
        state += 0x9E3779B97F4A7C15;
        var z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
