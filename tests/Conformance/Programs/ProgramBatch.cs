using System.Text;
using System.Text.Json;
using Fog.Wasm.Compiler;
using Fog.Wasm.Format;
using Fog.Wasm.Runtime;
using Fog.Wasm.Runtime.Values;

namespace Fog.Conformance.Programs;

/// <summary>Many random programs on both sides: one compilation each, then call by call.</summary>
internal sealed class ProgramBatch(IReadOnlyList<IEngine> engines)
{
    private const long FuelMax = 20_000_000;
    private const string FileHead = "using System.Numerics;\nusing Fog.Client;\n#nullable disable\n";

    /// <summary>What every program is called with.</summary>
    private static readonly object?[][] Calls =
    [
        [3, 5L, 1.5, true, new[] { 4, 0, -1 }, new[] { 1.5, -0.0 }, "ab c"],
        [-7, long.MinValue, -3.25e9, false, new[] { int.MaxValue }, new[] { double.NaN, 1e18, 0.1, 7 }, ""],
        [0, 1L << 40, 0.0, true, Array.Empty<int>(), Array.Empty<double>(), "fog 7"],
        [int.MinValue, -1L, double.PositiveInfinity, false, new[] { 2, 2, 9, -8, 1, 0 }, new[] { -1e-300 }, "\ud83d x"],
    ];

    public int Programs { get; private set; }

    public int Invalid { get; private set; }

    public int Returned { get; private set; }

    public int FailedAlike { get; private set; }

    public int Limited { get; private set; }

    /// <summary>Parameters that a call had from what one before it kept.</summary>
    public int Kept { get; private set; }

    /// <summary>The programs on which both sides differ, and how.</summary>
    public List<(int[] Numbers, string Problem)> Run(IReadOnlyList<int[]> batch)
    {
        var names = batch.Select((_, i) => $"P{i}").ToList();
        var sources = batch.Select((numbers, i) => ProgramWriter.Write(numbers, names[i])).ToList();
        var oracle = DotNet.Compile(sources, out var errors);
        var problems = new List<(int[], string)>();
        var valid = Enumerable.Range(0, batch.Count).Where(i => errors[i] is null).ToList();
        Programs += batch.Count;
        Invalid += batch.Count - valid.Count;
        var compiled = Compile(valid, names, sources);
        foreach (var i in valid)
        {
            var problem = compiled[i] is (FunctionArtifact artifact, _)
                ? Compare(artifact, oracle.GetType("C" + names[i])!.GetMethod("Run")!)
                : compiled[i].Error;
            if (problem is not null) problems.Add((batch[i], $"{problem}\n{sources[i]}"));
        }

        return problems;
    }

    /// <summary>A smaller program that still differs; the same when there is none.</summary>
    public static (int[] Numbers, string Problem) Shrink((int[] Numbers, string Problem) found, IReadOnlyList<IEngine> engines)
    {
        const int CandidatesMax = 800, AtOnce = 40;
        var tried = 0;
        while (tried < CandidatesMax)
        {
            var smaller = default((int[], string)?);
            foreach (var candidates in Choices.Smaller(found.Numbers).Chunk(AtOnce))
            {
                tried += candidates.Length;
                smaller = new ProgramBatch(engines).Run(candidates).Select(p => ((int[], string)?)p).FirstOrDefault();
                if (smaller is not null || tried >= CandidatesMax) break;
            }

            if (smaller is not { } next) break;
            found = next;
        }

        return found;
    }

    private static Dictionary<int, (FunctionArtifact? Artifact, string? Error)> Compile(List<int> valid, List<string> names, List<string> sources)
    {
        var file = new StringBuilder(FileHead);
        foreach (var i in valid) file.Append(sources[i]);
        try
        {
            var result = FunctionCompiler.Compile(file.ToString(), "programs.cs");
            var modules = result.Functions.ToDictionary(f => f.Manifest.Name, f => FunctionArtifact.Load(f.Wasm.AsMemory()));
            if (valid.All(i => modules.ContainsKey(names[i].ToLowerInvariant()))) return valid.ToDictionary(i => i, i => ((FunctionArtifact?)modules[names[i].ToLowerInvariant()], (string?)null));
            if (valid is [var single]) return new() { [single] = (null, string.Join("\n", result.Diagnostics)) };
        }
        catch (Exception e) when (valid is [var single] && e is not OutOfMemoryException)
        {
            // The compiler's or the validator's own failure is a finding like any other.
            return new() { [single] = (null, e.ToString()) };
        }
        catch (Exception e) when (e is not OutOfMemoryException && valid.Count > 1)
        {
            // It is looked for below, one program at a time.
        }

        return valid.SelectMany(i => Compile([i], names, sources)).ToDictionary(p => p.Key, p => p.Value);
    }

    private string? Compare(FunctionArtifact artifact, System.Reflection.MethodInfo oracle)
    {
        var kept = new Dictionary<string, string>();
        foreach (var given in Calls)
        {
            var arguments = Arguments(artifact.Manifest, given, kept);
            object?[] call = [.. ValueCodec.DecodeArguments(arguments).Select(static value => value.Clr)];
            var expected = DotNet.Run(oracle, call);
            Outcome? first = null;
            foreach (var engine in engines)
            {
                var actual = engine.Run(artifact, arguments, FuelMax);
                first ??= actual;

                // Among themselves the engines agree at limits too, and on fuel.
                if (!first.Agrees(actual)) return $"{engine.Name} gives {actual}, {engines[0].Name} {first} for {Shown(call)}";
                if (first.Fuel != actual.Fuel) return $"{engine.Name} takes {actual.Fuel} fuel, {engines[0].Name} {first.Fuel} for {Shown(call)}";
            }

            if (expected.IsLimit || first!.IsLimit)
            {
                Limited++;
                continue;
            }

            if (!expected.Agrees(first)) return $"{engines[0].Name} gives {first}, .NET gives {expected} for {Shown(call)}";
            if (expected.Exception is null) Returned++;
            else FailedAlike++;

            // The next call finds what this one put.
            foreach (var effect in first.Effects.Where(static e => e.Kind == EffectKind.StatePut)) kept[effect.Name] = effect.Text;
            Kept += artifact.Manifest.Parameters.Count(p => p.State is { } key && kept.ContainsKey(key));
        }

        return null;
    }

    /// <summary>As the fog makes them: what is given as JSON, what is kept from its text.</summary>
    private static byte[] Arguments(FunctionManifest manifest, object?[] call, Dictionary<string, string> kept)
    {
        if (manifest.Parameters.All(static p => p.State is null)) return ValueCodec.EncodeArguments(manifest, call);
        var given = call.Where((_, i) => manifest.Parameters[i].State is null).Select(static value => ValueJson.ToJson(FogValue.Of(value!)));
        using var json = JsonDocument.Parse($"[{string.Join(',', given)}]");
        return ValueCodec.EncodeArguments(manifest, json.RootElement, kept.GetValueOrDefault);
    }

    private static string Shown(object?[] call) => $"({string.Join(", ", call.Select(a => new Outcome(a, null, 0)))})";
}
