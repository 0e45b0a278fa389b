namespace Fog.Samples.Application;

/// <summary>Not functions of the fog themselves: compiled into those that call them.</summary>
internal static class Sums
{
    /// <summary>Compensated, after Neumaier: the error does not grow with the number of values.</summary>
    public static double Of(ReadOnlySpan<double> values)
    {
        double sum = 0, lost = 0;
        foreach (var value in values)
        {
            var next = sum + value;
            lost += Math.Abs(sum) >= Math.Abs(value) ? sum - next + value : value - next + sum;
            sum = next;
        }

        return sum + lost;
    }
}
