using Fog.Client;

namespace Fog.Samples;

public static partial class Kernels
{
    /// <summary>Distances between all points in a box that repeats, −1 where they coincide.</summary>
    [FogFunction]
    public static double[] PeriodicDist(double[] x, double[] y, double[] z, double length, bool periodicX, bool periodicY, bool periodicZ)
    {
        var n = x.Length;
        var distances = new double[n * n];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                var dx = x[i] - x[j];
                var dy = y[i] - y[j];
                var dz = z[i] - z[j];
                if (periodicX) dx = Wrap(dx, length);
                if (periodicY) dy = Wrap(dy, length);
                if (periodicZ) dz = Wrap(dz, length);
                var distance = Math.Sqrt(dx * dx + dy * dy + dz * dz);
                distances[i * n + j] = distance == 0 ? -1 : distance;
            }
        }

        return distances;
    }

    private static double Wrap(double d, double length)
    {
        if (d > length / 2) return d - length;
        if (d < -length / 2) return d + length;
        return d;
    }
}
