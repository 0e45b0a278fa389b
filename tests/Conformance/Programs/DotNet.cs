using System.Reflection;
using System.Runtime.Loader;
using Fog.Client;
using Fog.Wasm.Math;
using Fog.Wasm.Runtime.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Fog.Conformance.Programs;

/// <summary>The oracle: the same sources compiled by Roslyn and run on .NET, with the deterministic mathematics bound.</summary>
internal static class DotNet
{
    private static readonly MetadataReference[] References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) is "System.Private.CoreLib.dll" or "System.Runtime.dll")
            .Append(typeof(DeterministicMath).Assembly.Location)
            .Append(typeof(FogFunctionAttribute).Assembly.Location)
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    private static readonly SyntaxTree Usings = CSharpSyntaxTree.ParseText("""
        global using System;
        global using System.Numerics;
        global using Fog.Client;
        global using Math = Fog.Wasm.Math.DeterministicMath;
        global using MathF = Fog.Wasm.Math.DeterministicMathF;
        """);

    /// <summary>Compiles the sources that are valid C# into one assembly.</summary>
    /// <param name="errors">The first error of each source; null where there is none.</param>
    public static Assembly Compile(IReadOnlyList<string> sources, out string?[] errors)
    {
        errors = new string?[sources.Count];
        var trees = sources.Select(s => CSharpSyntaxTree.ParseText(s)).ToList();
        while (true)
        {
            var found = errors;
            var compilation = CSharpCompilation.Create(
                $"oracle-{Guid.NewGuid():N}", [Usings, .. trees.Where((_, i) => found[i] is null)], References,
                new(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, nullableContextOptions: NullableContextOptions.Disable));
            using var stream = new MemoryStream();
            var emitted = compilation.Emit(stream);
            if (emitted.Success)
            {
                stream.Position = 0;
                return new AssemblyLoadContext(null, isCollectible: true).LoadFromStream(stream);
            }

            var progress = false;
            foreach (var error in emitted.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error))
            {
                var i = trees.IndexOf((CSharpSyntaxTree)error.Location.SourceTree!);
                if (i < 0 || errors[i] is not null) continue;
                errors[i] = error.ToString();
                progress = true;
            }

            if (!progress) throw new InvalidOperationException(string.Join("\n", emitted.Diagnostics));
        }
    }

    public static Outcome Run(MethodInfo method, params object?[] arguments)
    {
        var effects = new List<FogEffect>();
        using var call = Invocation.Begin(Engines.Now, Engines.Seed, effect: e => effects.Add(new(Enum.Parse<EffectKind>(e.Kind.ToString()), e.Name, e.Text)), sensor: Sensor);
        return Outcome.Of(() => method.Invoke(null, [.. arguments.Select(a => a is Array array ? array.Clone() : a)]), effects);
    }

    private static double? Sensor(string name) => name switch
    {
        "temperature" => TestSensors.Temperature / 1e6,
        "broken" => double.NaN,
        _ => null,
    };
}
