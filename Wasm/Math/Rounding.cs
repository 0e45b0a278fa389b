namespace Fog.Wasm.Math;

/// <summary>Operations with one right answer: each is one instruction of WebAssembly, or a few.</summary>
public static partial class DeterministicMath
{
    public static double Sqrt(double d) => System.Math.Sqrt(d);

    public static double Floor(double d) => System.Math.Floor(d);

    public static double Ceiling(double a) => System.Math.Ceiling(a);

    public static double Truncate(double d) => System.Math.Truncate(d);

    /// <summary>To the nearest integer, halves to even.</summary>
    public static double Round(double a) => System.Math.Round(a);

    /// <param name="digits">0 to 15 digits after the point.</param>
    public static double Round(double value, int digits)
    {
        if (digits < 0 || digits > 15) throw new ArgumentOutOfRangeException("digits");
        if (!(System.Math.Abs(value) < 1e16)) return value;
        var power = 1.0;
        for (var i = 0; i < digits; i++) power *= 10.0;
        return System.Math.Round(value * power) / power;
    }

    public static double Abs(double value) => System.Math.Abs(value);

    public static float Abs(float value) => System.Math.Abs(value);

    public static double Min(double val1, double val2) => System.Math.Min(val1, val2);

    public static float Min(float val1, float val2) => System.Math.Min(val1, val2);

    public static double Max(double val1, double val2) => System.Math.Max(val1, val2);

    public static float Max(float val1, float val2) => System.Math.Max(val1, val2);

    /// <summary>A NaN counts as positive: its sign is not the same on every machine.</summary>
    public static double CopySign(double x, double y) => double.IsNaN(y) ? System.Math.Abs(x) : System.Math.CopySign(x, y);

    /// <exception cref="ArithmeticException">NaN.</exception>
    public static int Sign(double value)
    {
        if (value < 0) return -1;
        if (value > 0) return 1;
        if (value == 0) return 0;
        throw new ArithmeticException("NaN has no sign");
    }

    public static int Sign(float value) => Sign((double)value);

    public static double Clamp(double value, double min, double max)
    {
        if (min > max) throw new ArgumentException("min is greater than max");
        if (value < min) return min;
        if (value > max) return max;
        return value;
    }

    public static float Clamp(float value, float min, float max)
    {
        if (min > max) throw new ArgumentException("min is greater than max");
        if (value < min) return min;
        if (value > max) return max;
        return value;
    }
}
