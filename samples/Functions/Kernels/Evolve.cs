using Fog.Client;

namespace Fog.Samples;

public static partial class Kernels
{
    /// <summary>One step of diffusion on a torus.</summary>
    [FogFunction]
    public static double[] Evolve(double[] grid, int columns, double dt, double diffusion)
    {
        var rows = grid.Length / columns;
        var next = new double[grid.Length];
        for (var row = 0; row < rows; row++)
        {
            var up = (row + rows - 1) % rows * columns;
            var down = (row + 1) % rows * columns;
            for (var column = 0; column < columns; column++)
            {
                var left = column == 0 ? columns - 1 : column - 1;
                var right = column == columns - 1 ? 0 : column + 1;
                var at = row * columns + column;
                var laplacian = grid[up + column] + grid[down + column] + grid[row * columns + left] + grid[row * columns + right] - 4 * grid[at];
                next[at] = grid[at] + dt * diffusion * laplacian;
            }
        }

        return next;
    }
}
