using Fog.Client;

namespace Fog.Samples;

public static partial class Kernels
{
    /// <summary>Sums from each element to the last.</summary>
    [FogFunction]
    public static double[] ReverseCumsum(double[] x)
    {
        var sums = new double[x.Length];
        var sum = 0.0;
        for (var i = x.Length - 1; i >= 0; i--)
        {
            sum += x[i];
            sums[i] = sum;
        }

        return sums;
    }
}
