using System.Diagnostics;
using System.Globalization;

namespace Fog.Benchmarks.Functions;

/// <summary>
/// A program that is given name, arguments, result file, tag of the result, seconds and the module, and prints the seconds
/// of its fastest call.
/// </summary>
internal sealed class ForeignContender(string name, string program, params string[] prefix) : Contender(name)
{
    public override Timing Measure(BenchmarkKernel kernel, double seconds)
    {
        var folder = Directory.CreateTempSubdirectory("fog-benchmark-");
        try
        {
            string In(string file) => Path.Combine(folder.FullName, file);
            File.WriteAllBytes(In("arguments"), kernel.Arguments);
            File.WriteAllBytes(In("wasm"), [.. kernel.Wasm]);
            var output = Run(
                program,
                [.. prefix, kernel.Name, In("arguments"), In("result"), Tag(kernel), seconds.ToString(CultureInfo.InvariantCulture), In("wasm")]);
            return new(double.Parse(output, CultureInfo.InvariantCulture), File.ReadAllBytes(In("result")));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The program's path and what it says of its version, or null when it is not installed.</summary>
    public static (string Path, string Version)? Find(params ReadOnlySpan<string> candidates)
    {
        foreach (var candidate in candidates)
        {
            var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
                .Select(folder => Path.Combine(folder, candidate)).FirstOrDefault(File.Exists);
            if (path is not null) return (path, Run(path, ["--version"]).Split('\n')[0]);
        }

        return null;
    }

    /// <summary>What the program writes to its standard output.</summary>
    /// <exception cref="InvalidOperationException">It fails; the message is what it wrote to its standard error.</exception>
    public static string Run(string program, IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program}: {error.Result.Trim()}");
    }

    private static string Tag(BenchmarkKernel kernel) => kernel.Artifact.Manifest.Result.Tag.ToString(CultureInfo.InvariantCulture);
}
