using Fog.Client;

namespace Fog.Samples;

public static partial class Kernels
{
    /// <summary>x, followed by each of its elements n times.</summary>
    [FogFunction]
    public static double[] Repeating(double[] x, int n)
    {
        var result = new double[x.Length * (1 + n)];
        var next = x.Length;
        for (var i = 0; i < x.Length; i++)
        {
            result[i] = x[i];
            for (var k = 0; k < n; k++) result[next++] = x[i];
        }

        return result;
    }
}
