namespace Fog.Wasm.Math;

/// <summary>
/// The members of <see cref="System.Math"/> that a fog function may call, computing the same bits on every machine.
/// </summary>
/// <remarks>
/// This source is the only definition: it runs on .NET as it stands, and the compiler embeds it and compiles what a
/// function calls into its module. It is therefore written in the language of functions, and touches
/// <see cref="System.Math"/> only where IEEE 754 leaves a single answer (square root, rounding, minimum, absolute
/// value). Special cases follow C99, Annex F. A NaN result may have any payload; the sign of a NaN is never read.
/// <para>
/// The functions of the folder Elementary also run as they stand on devices, in place of their WebAssembly
/// (docs/wasm.md). They are written in the C# that nanoFramework has and computes the same way: no tuples, a NaN is
/// looked for first, comparison by &lt; and &lt;= only, no division by zero, no arrays. The result of a NaN is a NaN
/// that arithmetic or a constant made, never the argument itself, so that it is the canonical one on every engine.
/// </para>
/// <para>
/// Many functions work on an unevaluated sum of two doubles, (high, low) with |low| at most half an ulp of high,
/// which carries about 106 bits.
/// </para>
/// </remarks>
public static partial class DeterministicMath
{
    public const double E = System.Math.E;
    public const double PI = System.Math.PI;
    public const double Tau = System.Math.Tau;

    public static double Log(double a, double newBase)
    {
        if (double.IsNaN(a) || double.IsNaN(newBase) || newBase == 1) return double.NaN;
        if (a != 1 && (newBase == 0 || newBase == double.PositiveInfinity)) return double.NaN;
        return Log(a) / Log(newBase);
    }
}
