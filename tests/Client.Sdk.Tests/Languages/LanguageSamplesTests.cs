using System.Reflection;
using Fog.Client.Sdk.Cli;
using Fog.Client.Sdk.Cli.Output;
using Fog.Wasm.Portable;
using Fog.Wasm.Runtime;
using Fog.Wasm.Runtime.Values;

namespace Fog.Client.Sdk.Tests.Languages;

/// <summary>The samples in other languages, built by their own compilers and run as a device would. Without those compilers these tests fail.</summary>
public sealed class LanguageSamplesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fog-languages-").FullName;
    private readonly StringWriter _error = new();

    [Fact]
    public async Task C_takes_an_array_and_returns_one()
    {
        string wasm = Path.Combine(_folder, "smooth.wasm");
        await ForeignCompiler.Run(Sample("C"), "sh", "build.sh", wasm);

        var function = FunctionArtifact.Load(await File.ReadAllBytesAsync(wasm));

        Assert.Equal("smooth(x: f64[], width: i32) -> f64[]", function.Manifest.Signature);
        Returns(new[] { 1.5, 3.0, 6.0 }, Run(function, new[] { 1.0, 2, 4, 8 }, 2));
        Returns(Array.Empty<double>(), Run(function, new[] { 1.0 }, 2));
        Assert.Equal(TrapCode.Unreachable, Assert.IsType<FogResult.Trapped>(Run(function, new[] { 1.0 }, 0)).Code);
    }

    [Fact]
    public async Task AssemblyScript_takes_a_string_and_returns_one()
    {
        await BuildAssemblyScript("caesar", "caesar.ts", "caesar.json");
        string wasm = Path.Combine(_folder, "caesar.wasm"), manifest = Path.Combine(_folder, "caesar.json");

        Assert.Equal(ExitCode.Usage, await Cli("deploy", wasm));
        Assert.Contains($"has no manifest: give one with `fog build {wasm} --manifest FILE.json`.", _error.ToString(), StringComparison.Ordinal);
        Assert.Equal(ExitCode.Success, await Cli("build", wasm, "--manifest", manifest));
        Assert.Equal(ExitCode.Usage, await Cli("build", wasm, "--manifest", manifest));
        var function = FunctionArtifact.Load(await File.ReadAllBytesAsync(wasm));
        Returns("Khoor, irj! 🎈", Run(function, "Hello, fog! 🎈", 3));
        Returns("", Run(function, "", -3));
    }

    [Fact]
    public async Task AssemblyScript_takes_time_random_numbers_and_the_log_from_the_fog()
    {
        await BuildAssemblyScript("draw", "fog.ts", "draw.ts", "draw.json");
        string wasm = Path.Combine(_folder, "draw.wasm");
        Assert.Equal(ExitCode.Success, await Cli("build", wasm, "--manifest", Path.Combine(_folder, "draw.json")));
        var function = FunctionArtifact.Load(await File.ReadAllBytesAsync(wasm));
        Assert.Equal(["fog.random", "fog.now", "fog.log"], function.Module.Imports.Select(import => $"{import.Module}.{import.Name}"));

        double[] values = [1.5, -2, 300, 0.25, 7];
        var expected = new double[6];
        const long now = 1_767_225_600_123, seed = -77;
        using (Invocation.Begin(now, seed))
        {
            for (int i = 0; i < expected.Length; i++) expected[i] = values[(ulong)Invocation.Random() % 5];
        }

        var fog = new FogModule(now, seed);
        Returns(expected, Run(function, fog, values, expected.Length));
        Assert.Equal($"drew 6 of 5 at {now}", fog.TakeLine());
        Assert.Null(fog.TakeLine());
        Assert.Equal(TrapCode.Unreachable, Assert.IsType<FogResult.Trapped>(Run(function, fog, Array.Empty<double>(), 1)).Code);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void Returns(object expected, FogResult actual) =>
        Assert.Equal(ValueCodec.EncodeResult(new FogResult.Returned(FogValue.Of(expected))), ValueCodec.EncodeResult(actual));

    private static FogResult Run(FunctionArtifact function, params object?[] arguments) => Run(function, null, arguments);

    private static FogResult Run(FunctionArtifact function, FogModule? fog, params object?[] arguments)
    {
        var run = new FunctionRun(
            [.. function.Image], ValueCodec.EncodeArguments(function.Manifest, arguments), function.Manifest.FuelMax, function.Manifest.MemoryBytesMax, function.Manifest.CallDepthMax, fog);
        while (!run.Step(100_000))
        {
        }

        return ValueCodec.DecodeResult(run.Result);
    }

    private async Task BuildAssemblyScript(string name, params string[] sources)
    {
        foreach (string file in (string[])[.. sources, "package.json"])
        {
            File.Copy(Path.Combine(Sample("AssemblyScript"), file), Path.Combine(_folder, file));
        }

        await ForeignCompiler.Run(_folder, "npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel", "error");
        await ForeignCompiler.Run(_folder, "npm", "run", name);
    }

    private Task<int> Cli(params string[] arguments) => FogCommand.Run(arguments, new Terminal(TextWriter.Null, _error, interactive: false));

    private static string Sample(string language) => Path.Combine(
        typeof(LanguageSamplesTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == "VectorsFolder").Value!,
        "..", "..", "samples", "Languages", language);
}
