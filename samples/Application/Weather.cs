using Fog.Client;

namespace Fog.Samples.Application;

/// <summary>What a day of temperatures says. Each method also runs in the fog: <c>fog.Weather.MeanAsync(…)</c>.</summary>
public static class Weather
{
    [FogFunction]
    public static double Mean(double[] celsius)
    {
        if (celsius.Length == 0) throw new ArgumentException("no temperatures");
        return Sums.Of(celsius) / celsius.Length;
    }

    /// <summary>How many temperatures fall into each of some equal parts of a range.</summary>
    [FogFunction]
    public static int[] Histogram(double[] celsius, double from, double to, int parts)
    {
        var counts = new int[parts];
        foreach (var value in celsius) counts[(int)((value - from) / (to - from) * parts)]++;
        return counts;
    }

    [FogFunction(Replicas = 3)]
    public static Comfort Feeling(double celsius) => celsius switch
    {
        < 16 => Comfort.Cold,
        <= 26 => Comfort.Pleasant,
        _ => Comfort.Hot,
    };
}

public enum Comfort : byte
{
    Cold,
    Pleasant,
    Hot,
}
