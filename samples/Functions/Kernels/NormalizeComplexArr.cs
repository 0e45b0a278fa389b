using Fog.Client;

namespace Fog.Samples;

public static partial class Kernels
{
    /// <summary>Complex numbers shifted to the first quadrant and scaled into the unit circle: real parts, then imaginary parts.</summary>
    [FogFunction]
    public static double[] NormalizeComplexArr(double[] real, double[] imaginary)
    {
        var n = real.Length;
        var minReal = Smallest(real);
        var minImaginary = Smallest(imaginary);
        var result = new double[2 * n];
        var largest = 0.0;
        for (var i = 0; i < n; i++)
        {
            var re = real[i] - minReal;
            var im = imaginary[i] - minImaginary;
            result[i] = re;
            result[n + i] = im;
            largest = Math.Max(largest, Math.Sqrt(re * re + im * im));
        }

        for (var i = 0; i < result.Length; i++) result[i] /= largest;
        return result;
    }

    private static double Smallest(double[] values)
    {
        var smallest = values[0];
        foreach (var value in values) smallest = Math.Min(smallest, value);
        return smallest;
    }
}
