using Fog.Client;

namespace Fog.Samples;

public static partial class Kernels
{
    /// <summary>Slope and intercept of the least-squares line.</summary>
    [FogFunction]
    public static double[] Lstsqr(double[] x, double[] y)
    {
        var meanX = Mean(x);
        var meanY = Mean(y);
        var variance = 0.0;
        var covariance = 0.0;
        for (var i = 0; i < x.Length; i++)
        {
            var d = x[i] - meanX;
            variance += d * d;
            covariance += d * (y[i] - meanY);
        }

        var slope = covariance / variance;
        return [slope, meanY - slope * meanX];
    }

    private static double Mean(double[] values)
    {
        var sum = 0.0;
        foreach (var value in values) sum += value;
        return sum / values.Length;
    }
}
