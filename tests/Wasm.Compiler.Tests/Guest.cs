using System.Reflection;
using Fog.Wasm.Format;
using Fog.Wasm.Portable;
using Fog.Wasm.Runtime;
using Fog.Wasm.Runtime.Values;

namespace Fog.Wasm.Compiler.Tests;

/// <summary>Compiles functions and runs them as a device would.</summary>
internal static class Guest
{
    private const long FuelMax = 200_000_000;
    private const int CallDepthMax = 1_000;

    public static CompiledFunction Compile(string source, string path = "test.cs")
    {
        var result = FunctionCompiler.Compile(source, path);
        Assert.True(result.Succeeded, string.Join("\n", result.Diagnostics));
        return Assert.Single(result.Functions);
    }

    public static Outcome Run(CompiledFunction function, params object?[] arguments) => Run(Load(function), arguments);

    public static FunctionArtifact Load(CompiledFunction function) => FunctionArtifact.Load(function.Wasm.AsMemory());

    public static Outcome Run(FunctionArtifact artifact, params object?[] arguments)
    {
        var run = new FunctionRun(
            [.. artifact.Image], ValueCodec.EncodeArguments(artifact.Manifest, arguments), FuelMax, artifact.Manifest.MemoryBytesMax, CallDepthMax);
        while (!run.Step(1_000_000))
        {
        }

        return ValueCodec.DecodeResult(run.Result) switch
        {
            FogResult.Returned returned => new(returned.Value.Clr, null, run.FuelUsed),
            FogResult.Trapped trap => new(null, Explain(artifact, trap), run.FuelUsed),
            var other => throw new InvalidOperationException($"{other}"),
        };
    }

    /// <summary>The exception that .NET would have thrown.</summary>
    private static string Explain(FunctionArtifact artifact, FogResult.Trapped trap)
    {
        var site = TrapTable.Of(artifact.Module).FirstOrDefault(s => s.Offset == trap.Offset);
        return trap.Code switch
        {
            TrapCode.IntegerDivideByZero => "System.DivideByZeroException",
            TrapCode.IntegerOverflow or TrapCode.InvalidConversionToInteger => "System.OverflowException",
            TrapCode.Unreachable => site?.Exception ?? "unreachable outside the table",
            TrapCode.FuelExhausted => "fuel",
            TrapCode.CallStackExhausted => "call depth",
            _ => $"{trap.Message} in function {trap.Function} at {trap.Offset}",
        };
    }
}

/// <param name="Value">What was returned; null when it failed, or returned nothing.</param>
/// <param name="Exception">Full name of the exception's type.</param>
internal sealed record Outcome(object? Value, string? Exception, long Fuel)
{
    public static Outcome Of(Func<object?> call)
    {
        try
        {
            return new(call(), null, 0);
        }
        catch (Exception e)
        {
            return new(null, (e is TargetInvocationException { InnerException: { } inner } ? inner : e).GetType().FullName, 0);
        }
    }

    /// <summary>Equal bit for bit, but for the payload of a NaN.</summary>
    public bool Agrees(Outcome other) => Exception == other.Exception && Same(Value, other.Value);

    public override string ToString() => Exception ?? Value switch
    {
        null => "nothing",
        Array array => $"{array.GetType().GetElementType()!.Name}[{array.Length}] {{ {string.Join(", ", array.Cast<object>().Take(20))} }}",
        double d => $"{d:R} ({BitConverter.DoubleToInt64Bits(d):X16})",
        var value => $"{value} ({value.GetType().Name})",
    };

    private static bool Same(object? a, object? b) => (a, b) switch
    {
        (double x, double y) => double.IsNaN(x) ? double.IsNaN(y) : BitConverter.DoubleToInt64Bits(x) == BitConverter.DoubleToInt64Bits(y),
        (float x, float y) => float.IsNaN(x) ? float.IsNaN(y) : BitConverter.SingleToInt32Bits(x) == BitConverter.SingleToInt32Bits(y),
        (Array x, Array y) => x.GetType() == y.GetType() && x.Length == y.Length && Enumerable.Range(0, x.Length).All(i => Same(x.GetValue(i), y.GetValue(i))),
        _ => Equals(a, b),
    };
}
