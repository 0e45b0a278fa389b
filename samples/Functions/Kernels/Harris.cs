using Fog.Client;

namespace Fog.Samples;

public static partial class Kernels
{
    /// <summary>Harris' corner response of an image, one row and one column smaller than it.</summary>
    [FogFunction]
    public static double[] Harris(double[] image, int columns)
    {
        var rows = image.Length / columns;
        var response = new double[(rows - 1) * (columns - 1)];
        var next = 0;
        for (var row = 1; row < rows; row++)
        {
            for (var i = row * columns + 1; i < (row + 1) * columns; i++)
            {
                var dx = image[i] - image[i - columns];
                var dy = image[i] - image[i - 1];
                var a = dx * dx;
                var b = dy * dy;
                var c = dx * dy;
                response[next++] = a * b - c * c - 0.05 * (a + b) * (a + b);
            }
        }

        return response;
    }
}
