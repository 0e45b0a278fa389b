using Fog.Client;

namespace Fog.Samples;

public static partial class Kernels
{
    /// <summary>Energy terms of an anharmonic oscillator.</summary>
    [FogFunction]
    public static double[] VibrEnergy(double[] harmonic, double[] anharmonic, double[] i)
    {
        var energy = new double[i.Length];
        for (var k = 0; k < energy.Length; k++)
        {
            energy[k] = Math.Exp(-harmonic[k] * i[k] - anharmonic[k] * i[k] * i[k]);
        }

        return energy;
    }
}
