using Fog.Client;

namespace Fog.Samples;

public static partial class Kernels
{
    /// <summary>
    /// Rows whose target is 1 and whose vector has all bits of the mask; a row is its target, then its vector.
    /// </summary>
    [FogFunction]
    public static bool[] CheckMask(byte[] rows, byte[] mask)
    {
        var width = 1 + mask.Length;
        var found = new bool[rows.Length / width];
        for (var row = 0; row < found.Length; row++)
        {
            if (rows[row * width] != 1) continue;
            var holds = true;
            for (var i = 0; holds && i < mask.Length; i++)
            {
                holds = (mask[i] & rows[row * width + 1 + i]) == mask[i];
            }

            found[row] = holds;
        }

        return found;
    }
}
