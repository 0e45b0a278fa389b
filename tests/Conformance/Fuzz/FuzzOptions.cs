using System.Globalization;

namespace Fog.Conformance.Fuzz;

/// <param name="Seed">Of the first mutant.</param>
/// <param name="Corpus">A folder of .wasm files, or null.</param>
internal sealed record FuzzOptions(TimeSpan Time, int Seed, string? Corpus)
{
    /// <summary>Null when the arguments are not understood.</summary>
    public static FuzzOptions? Parse(string[] args)
    {
        var options = new FuzzOptions(TimeSpan.MinValue, Environment.TickCount & int.MaxValue, null);
        for (var i = 0; i + 1 < args.Length; i += 2)
        {
            switch (args[i])
            {
                case "--minutes" when double.TryParse(args[i + 1], CultureInfo.InvariantCulture, out var minutes) && minutes >= 0:
                    options = options with { Time = TimeSpan.FromMinutes(minutes) };
                    break;
                case "--seed" when int.TryParse(args[i + 1], CultureInfo.InvariantCulture, out var seed):
                    options = options with { Seed = seed };
                    break;
                case "--corpus" when Directory.Exists(args[i + 1]):
                    options = options with { Corpus = args[i + 1] };
                    break;
                default:
                    return null;
            }
        }

        return args.Length % 2 == 0 && options.Time >= TimeSpan.Zero ? options : null;
    }
}
