using Fog.Client;

namespace Fog.Samples;

public static partial class Kernels
{
    /// <summary>Sum of each 3 × 3 neighbourhood less nine times its centre, modulo 2³².</summary>
    [FogFunction]
    public static uint[] Specialconvolve(uint[] a, int columns)
    {
        var rows = a.Length / columns;
        var result = new uint[(rows - 2) * (columns - 2)];
        var next = 0;
        for (var row = 1; row < rows - 1; row++)
        {
            for (var column = 1; column < columns - 1; column++)
            {
                var sum = 0u;
                for (var r = row - 1; r <= row + 1; r++)
                {
                    var i = r * columns + column;
                    sum += a[i - 1] + a[i] + a[i + 1];
                }

                result[next++] = sum - 9 * a[row * columns + column];
            }
        }

        return result;
    }
}
