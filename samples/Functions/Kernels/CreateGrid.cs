using Fog.Client;

namespace Fog.Samples;

public static partial class Kernels
{
    /// <summary>All points (xᵢ, xⱼ, 0), one after the other.</summary>
    [FogFunction]
    public static double[] CreateGrid(double[] x)
    {
        var grid = new double[x.Length * x.Length * 3];
        var next = 0;
        foreach (var a in x)
        {
            foreach (var b in x)
            {
                grid[next] = a;
                grid[next + 1] = b;
                next += 3;
            }
        }

        return grid;
    }
}
