using Fog.Client;

namespace Fog.Samples;

public static partial class Kernels
{
    /// <summary>Rosenbrock's function.</summary>
    [FogFunction]
    public static double Rosen(double[] x)
    {
        var sum = 0.0;
        for (var i = 0; i < x.Length - 1; i++)
        {
            var curve = x[i + 1] - x[i] * x[i];
            var slope = 1 - x[i];
            sum += 100 * curve * curve + slope * slope;
        }

        return sum;
    }
}
