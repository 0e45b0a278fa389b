using Fog.Client;

namespace Fog.Samples;

public static partial class Kernels
{
    /// <summary>Cronbach's alpha of a questionnaire: a row of scores an item.</summary>
    [FogFunction]
    public static double Cronbach(double[] scores, int columns)
    {
        var items = scores.Length / columns;
        var totals = new double[columns];
        var itemVariances = 0.0;
        for (var item = 0; item < items; item++)
        {
            itemVariances += Variance(scores, item * columns, columns);
            for (var i = 0; i < columns; i++) totals[i] += scores[item * columns + i];
        }

        return (double)items / (items - 1) * (1 - itemVariances / Variance(totals, 0, columns));
    }

    /// <summary>Of a sample: divided by one less than its size.</summary>
    private static double Variance(double[] values, int start, int count)
    {
        var mean = 0.0;
        for (var i = start; i < start + count; i++) mean += values[i];
        mean /= count;
        var sum = 0.0;
        for (var i = start; i < start + count; i++) sum += (values[i] - mean) * (values[i] - mean);
        return sum / (count - 1);
    }
}
