using System.Reflection;
using Fog.Conformance.Programs;

namespace Fog.Wasm.Compiler.Tests;

/// <summary>The oracle: the same source compiled by Roslyn and run on .NET, with the deterministic mathematics bound.</summary>
internal static class DotNet
{
    /// <summary>The public methods by name.</summary>
    public static Dictionary<string, MethodInfo> Compile(string source)
    {
        var assembly = Conformance.Programs.DotNet.Compile([source], out var errors);
        Assert.True(errors[0] is null, errors[0]);
        return assembly.GetTypes()
            .Where(t => !t.IsNested)
            .SelectMany(t => t.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly))
            .ToDictionary(m => m.Name);
    }

    public static Outcome Run(MethodInfo method, params object?[] arguments) => Conformance.Programs.DotNet.Run(method, arguments);
}
