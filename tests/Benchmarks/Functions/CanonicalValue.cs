using System.Buffers.Binary;

namespace Fog.Benchmarks.Functions;

/// <summary>The value within a canonical result, and comparison of values.</summary>
internal static class CanonicalValue
{
    private const double Tolerance = 1e-9;
    private const byte F64 = 12;
    private const byte F64Array = 0x80 | F64;

    /// <exception cref="InvalidOperationException">The result is a trap.</exception>
    public static byte[] Of(byte[] result) =>
        result is [1, 0, .. var value, _, _] ? value : throw new InvalidOperationException($"not a value: {Convert.ToHexString(result)}");

    /// <summary>Equal bit for bit, or, where another mathematical library computed it, nearly.</summary>
    public static bool Agree(byte[] expected, byte[] actual, bool nearly)
    {
        if (!nearly || expected[0] is not (F64 or F64Array)) return expected.AsSpan().SequenceEqual(actual);
        var header = expected[0] == F64 ? 1 : 5;
        if (expected.Length != actual.Length || !expected.AsSpan(0, header).SequenceEqual(actual.AsSpan(0, header))) return false;
        for (var at = header; at < expected.Length; at += 8)
        {
            var want = BinaryPrimitives.ReadDoubleLittleEndian(expected.AsSpan(at));
            if (Math.Abs(BinaryPrimitives.ReadDoubleLittleEndian(actual.AsSpan(at)) - want) > Tolerance * Math.Max(1, Math.Abs(want))) return false;
        }

        return true;
    }
}
