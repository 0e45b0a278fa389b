using Fog.Client;

namespace Fog.Samples;

public static partial class Kernels
{
    /// <summary>Row by row, the sum over all rows of their difference from this one.</summary>
    [FogFunction]
    public static double[] MultipleSum(double[] a, int columns)
    {
        var sums = new double[a.Length];
        for (var i = 0; i < a.Length; i++)
        {
            var sum = 0.0;
            for (var j = i % columns; j < a.Length; j += columns) sum += a[j] - a[i];
            sums[i] = sum;
        }

        return sums;
    }
}
