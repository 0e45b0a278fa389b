using Fog.Wasm.Format;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Fog.Wasm.Compiler.Emit;
using Fog.Wasm.Portable;
using Fog.Wasm.Runtime;
using Fog.Wasm.Runtime.Compilation;
using Fog.Wasm.Runtime.Values;

namespace Fog.Conformance.Programs;

/// <summary>Something that runs a function.</summary>
internal interface IEngine
{
    string Name { get; }

    /// <param name="arguments">A canonical argument list.</param>
    Outcome Run(FunctionArtifact artifact, byte[] arguments, long fuelMax);
}

internal static class Engines
{
    /// <summary>Timestamp of every call, ms since 1970.</summary>
    public const long Now = 1_767_225_600_123;

    /// <summary>Seed of every call.</summary>
    public const long Seed = 0x0123456789ABCDEF;

    /// <summary>What every program is run on.</summary>
    public static IReadOnlyList<IEngine> All { get; } = [new DeviceEngine(), new ResumedEngine(), new IlEngine()];

    /// <summary>A canonical result in terms of .NET.</summary>
    public static Outcome Decode(FunctionArtifact artifact, byte[] result, long fuelUsed) => ValueCodec.DecodeResult(result) switch
    {
        FogResult.Returned returned => new(returned.Value.Clr, null, fuelUsed, returned.Effects),
        FogResult.Trapped trap => new(null, ExceptionOf(artifact, trap), fuelUsed),
        var other => throw new InvalidOperationException($"{other}"),
    };

    public static FogModule Imports() => new(Now, Seed) { Sensors = new TestSensors() };

    private static string ExceptionOf(FunctionArtifact artifact, FogResult.Trapped trap) => trap.Code switch
    {
        TrapCode.IntegerDivideByZero => "System.DivideByZeroException",
        TrapCode.IntegerOverflow or TrapCode.InvalidConversionToInteger => "System.OverflowException",
        TrapCode.Unreachable => TrapTable.Of(artifact.Module).FirstOrDefault(s => s.Offset == trap.Offset)?.Exception ?? "unreachable outside the table",
        TrapCode.EffectLimitExceeded => "System.InvalidOperationException",
        TrapCode.InvalidEffectName => "System.ArgumentException",
        TrapCode.UnknownSensor => "System.Collections.Generic.KeyNotFoundException",
        TrapCode.FuelExhausted => Outcome.OutOfFuel,
        TrapCode.CallStackExhausted => Outcome.TooDeep,
        _ => $"{trap.Message} in function {trap.Function} at {trap.Offset}",
    };
}

/// <summary>The device's executor, start to end.</summary>
internal sealed class DeviceEngine : IEngine
{
    public string Name => "portable";

    public Outcome Run(FunctionArtifact artifact, byte[] arguments, long fuelMax)
    {
        var run = new FunctionRun([.. artifact.Image], arguments, fuelMax, artifact.Manifest.MemoryBytesMax, artifact.Manifest.CallDepthMax, Engines.Imports());
        while (!run.Step(fuelMax))
        {
        }

        return Engines.Decode(artifact, run.Result, run.FuelUsed);
    }
}

/// <summary>The device's executor, stopped again and again and resumed from its snapshot.</summary>
internal sealed class ResumedEngine : IEngine
{
    private const long FirstSlice = 60;

    public string Name => "resumed";

    public Outcome Run(FunctionArtifact artifact, byte[] arguments, long fuelMax)
    {
        byte[] image = [.. artifact.Image];
        var digest = SHA256.HashData(image);
        var (memory, depth) = (artifact.Manifest.MemoryBytesMax, artifact.Manifest.CallDepthMax);
        var run = new FunctionRun(image, arguments, fuelMax, memory, depth, Engines.Imports());
        for (var slice = FirstSlice; !run.Step(slice); slice *= 2)
        {
            run = FunctionRun.Resume(image, arguments, run.Snapshot(digest, new Sha256Digest()), digest, new Sha256Digest(), fuelMax, memory, depth, Engines.Imports());
        }

        return Engines.Decode(artifact, run.Result, run.FuelUsed);
    }
}

/// <summary>Compiled to IL, as on a host of the fog.</summary>
internal sealed class IlEngine : IEngine
{
    // What a random program recurses fits any thread's stack.
    private readonly ConditionalWeakTable<FunctionArtifact, CompiledModule> compiled = [];

    public string Name => "il";

    public Outcome Run(FunctionArtifact artifact, byte[] arguments, long fuelMax)
    {
        var module = compiled.GetValue(artifact, a => CompiledModule.Compile(a.Module));
        var run = new CompiledRun(module, artifact.Manifest, arguments, fuelMax, artifact.Manifest.MemoryBytesMax, artifact.Manifest.CallDepthMax, fog: Engines.Imports());
        run.Run();
        return Engines.Decode(artifact, run.Result!, run.FuelUsed);
    }
}
