// Members of .NET's own types, under the names the compiler looks them up by.
namespace Fog.Wasm.Compiler.Prelude;

internal static class DoubleLibrary
{
    public static bool IsNaN(double d) => d != d;

    public static bool IsFinite(double d) => System.Math.Abs(d) < double.PositiveInfinity;

    public static bool IsInfinity(double d) => System.Math.Abs(d) == double.PositiveInfinity;

    public static bool IsPositiveInfinity(double d) => d == double.PositiveInfinity;

    public static bool IsNegativeInfinity(double d) => d == double.NegativeInfinity;
}

internal static class SingleLibrary
{
    public static bool IsNaN(float f) => f != f;

    public static bool IsFinite(float f) => System.Math.Abs(f) < float.PositiveInfinity;

    public static bool IsInfinity(float f) => System.Math.Abs(f) == float.PositiveInfinity;

    public static bool IsPositiveInfinity(float f) => f == float.PositiveInfinity;

    public static bool IsNegativeInfinity(float f) => f == float.NegativeInfinity;
}

/// <summary>The bits of a NaN are not the same on every machine, so they are read as those of the canonical one.</summary>
internal static class BitConverterLibrary
{
    public static long DoubleToInt64Bits(double value) => value != value ? 0x7FF8000000000000 : BitConverter.DoubleToInt64Bits(value);

    public static ulong DoubleToUInt64Bits(double value) => (ulong)DoubleToInt64Bits(value);

    public static int SingleToInt32Bits(float value) => value != value ? 0x7FC00000 : BitConverter.SingleToInt32Bits(value);

    public static uint SingleToUInt32Bits(float value) => (uint)SingleToInt32Bits(value);

    public static double UInt64BitsToDouble(ulong value) => BitConverter.Int64BitsToDouble((long)value);

    public static float UInt32BitsToSingle(uint value) => BitConverter.Int32BitsToSingle((int)value);
}
