using Fog.Wasm.Format;
using Microsoft.CodeAnalysis;

namespace Fog.Wasm.Compiler.Binding;

/// <summary>Roslyn's constants as bits.</summary>
internal static class Constants
{
    public static Constant Of(ScalarType type, object value, Location place) => new(type, Bits(type, value), place);

    public static Constant Zero(ScalarType type, Location place) => new(type, 0, place);

    public static Constant I32(int value, Location place) => new(CsType.I32, value, place);

    private static long Bits(ScalarType type, object value)
    {
        // An enum's constant comes boxed as its underlying type, a char's or bool's as itself.
        switch (type.Kind)
        {
            case FogKind.Bool:
                return (bool)value ? 1 : 0;
            case FogKind.F32:
                var single = (float)value;
                return float.IsNaN(single) ? 0x7FC00000 : BitConverter.SingleToUInt32Bits(single);
            case FogKind.F64:
                var number = (double)value;
                return double.IsNaN(number) ? 0x7FF8000000000000 : BitConverter.DoubleToInt64Bits(number);
            case FogKind.U64:
                // That of a nuint is boxed as a uint.
                return value is uint small ? small : (long)(ulong)value;
            case FogKind.Char:
                return (char)value;
            default:
                return System.Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture);
        }
    }
}
