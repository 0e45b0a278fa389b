using Fog.Client;

namespace Fog.Samples;

public static partial class Kernels
{
    /// <summary>Euclidean norm of every row.</summary>
    [FogFunction]
    public static double[] L2norm(double[] x, int columns)
    {
        var norms = new double[x.Length / columns];
        for (var row = 0; row < norms.Length; row++)
        {
            var sum = 0.0;
            for (var i = row * columns; i < (row + 1) * columns; i++) sum += x[i] * x[i];
            norms[row] = Math.Sqrt(sum);
        }

        return norms;
    }
}
