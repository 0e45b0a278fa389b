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
/// Many functions work on an unevaluated sum of two doubles, (high, low) with |low| at most half an ulp of high,
/// which carries about 106 bits.
/// </para>
/// </remarks>
public static partial class DeterministicMath
{
    public const double E = System.Math.E;
    public const double PI = System.Math.PI;
    public const double Tau = System.Math.Tau;
}
