using System.Reflection;
using Fog.Wasm.Math;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Fog.Wasm.Compiler.Tests;

/// <summary>The oracle: the same source compiled by Roslyn and run on .NET, with the deterministic mathematics bound.</summary>
internal static class DotNet
{
    private static readonly MetadataReference[] References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) is "System.Private.CoreLib.dll" or "System.Runtime.dll")
            .Append(typeof(DeterministicMath).Assembly.Location)
            .Append(typeof(Client.FogFunctionAttribute).Assembly.Location)
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    private static readonly SyntaxTree Usings = CSharpSyntaxTree.ParseText("""
        global using System;
        global using Fog.Client;
        global using Math = Fog.Wasm.Math.DeterministicMath;
        global using MathF = Fog.Wasm.Math.DeterministicMathF;
        """);

    /// <summary>The methods by name; null when the source is not valid C#.</summary>
    public static Dictionary<string, MethodInfo>? TryCompile(string source, out string errors)
    {
        var compilation = CSharpCompilation.Create(
            "oracle", [Usings, CSharpSyntaxTree.ParseText(source)], References,
            new(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release));
        using var stream = new MemoryStream();
        var emitted = compilation.Emit(stream);
        errors = string.Join("\n", emitted.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error));
        if (!emitted.Success) return null;
        return Assembly.Load(stream.ToArray()).GetTypes()
            .Where(t => !t.IsNested)
            .SelectMany(t => t.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly))
            .ToDictionary(m => m.Name);
    }

    public static Dictionary<string, MethodInfo> Compile(string source)
    {
        var methods = TryCompile(source, out var errors);
        Assert.True(methods is not null, errors);
        return methods;
    }

    public static Outcome Run(MethodInfo method, params object?[] arguments) =>
        Outcome.Of(() => method.Invoke(null, [.. arguments.Select(a => a is Array array ? array.Clone() : a)]));
}
