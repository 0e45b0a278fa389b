using Fog.Client;

namespace Fog.Samples;

public static partial class Kernels
{
    /// <summary>Great-circle distances on the unit sphere, pair by pair.</summary>
    [FogFunction]
    public static double[] ArcDistance(double[] theta1, double[] phi1, double[] theta2, double[] phi2)
    {
        var distance = new double[theta1.Length];
        for (var i = 0; i < distance.Length; i++)
        {
            var a = Math.Sin((theta2[i] - theta1[i]) / 2);
            var b = Math.Sin((phi2[i] - phi1[i]) / 2);
            var t = a * a + Math.Cos(theta1[i]) * Math.Cos(theta2[i]) * b * b;
            distance[i] = 2 * Math.Atan2(Math.Sqrt(t), Math.Sqrt(1 - t));
        }

        return distance;
    }
}
