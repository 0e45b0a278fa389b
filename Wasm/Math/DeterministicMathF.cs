namespace Fog.Wasm.Math;

/// <summary>
/// The members of <see cref="System.MathF"/> that a fog function may call: those of <see cref="DeterministicMath"/>,
/// rounded to single precision.
/// </summary>
public static class DeterministicMathF
{
    public const float E = System.MathF.E;
    public const float PI = System.MathF.PI;
    public const float Tau = System.MathF.Tau;

    public static float Sqrt(float x) => System.MathF.Sqrt(x);

    public static float Floor(float x) => System.MathF.Floor(x);

    public static float Ceiling(float x) => System.MathF.Ceiling(x);

    public static float Truncate(float x) => System.MathF.Truncate(x);

    public static float Round(float x) => System.MathF.Round(x);

    public static float Abs(float x) => System.MathF.Abs(x);

    public static float Min(float x, float y) => System.MathF.Min(x, y);

    public static float Max(float x, float y) => System.MathF.Max(x, y);

    public static float Sin(float x) => (float)DeterministicMath.Sin(x);

    public static float Cos(float x) => (float)DeterministicMath.Cos(x);

    public static float Tan(float x) => (float)DeterministicMath.Tan(x);

    public static float Asin(float x) => (float)DeterministicMath.Asin(x);

    public static float Acos(float x) => (float)DeterministicMath.Acos(x);

    public static float Atan(float x) => (float)DeterministicMath.Atan(x);

    public static float Exp(float x) => (float)DeterministicMath.Exp(x);

    public static float Log(float x) => (float)DeterministicMath.Log(x);

    public static float Log2(float x) => (float)DeterministicMath.Log2(x);

    public static float Log10(float x) => (float)DeterministicMath.Log10(x);

    public static float Sinh(float x) => (float)DeterministicMath.Sinh(x);

    public static float Cosh(float x) => (float)DeterministicMath.Cosh(x);

    public static float Tanh(float x) => (float)DeterministicMath.Tanh(x);

    public static float Asinh(float x) => (float)DeterministicMath.Asinh(x);

    public static float Acosh(float x) => (float)DeterministicMath.Acosh(x);

    public static float Atanh(float x) => (float)DeterministicMath.Atanh(x);

    public static float Cbrt(float x) => (float)DeterministicMath.Cbrt(x);

    public static float Atan2(float y, float x) => (float)DeterministicMath.Atan2(y, x);

    public static float Pow(float x, float y) => (float)DeterministicMath.Pow(x, y);

    public static float CopySign(float x, float y) => (float)DeterministicMath.CopySign(x, y);

    public static float IEEERemainder(float x, float y) => (float)DeterministicMath.IEEERemainder(x, y);

    public static int Sign(float x) => DeterministicMath.Sign(x);
}
