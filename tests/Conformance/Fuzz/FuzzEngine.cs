using Fog.Wasm.Format;
using Fog.Wasm.Portable;
using Fog.Wasm.Runtime.Validation;

namespace Fog.Conformance.Fuzz;

/// <summary>An engine under the fuzzer: an instance of a module that imports nothing but from module fog.</summary>
internal abstract class FuzzEngine
{
    public const long Fuel = 30_000;
    public const int MemoryBytesMax = 1 << 20;
    public const int CallDepthMax = 60;
    private const int FunctionsMax = 6;

    /// <summary>What it may import.</summary>
    protected readonly FogModule Imports = new(nowMillis: 1_767_225_600_123, seed: 0x0123456789ABCDEF) { Sensors = new TestSensors() };

    /// <summary>Copies the segments in and runs the start function; the trap, or null.</summary>
    public abstract string? Start();

    /// <summary>Calls a function; the trap with its place, or null and the bits of the results (of a reference whether it is null).</summary>
    public abstract string? Call(int function, ScriptValue[] arguments, out ulong[] results);

    public abstract long FuelLeft { get; }

    /// <summary>Words of memory, one after the other; empty without one.</summary>
    public abstract IEnumerable<long> Memory();

    public abstract ulong Global(int index);

    /// <summary>Everything that can be seen of the module's start and of calls of its functions, a line for each.</summary>
    /// <param name="seed">Of the arguments.</param>
    public List<string> Observe(Module module, int seed)
    {
        var random = new Random(seed);
        var start = Start();
        List<string> lines = [$"start: {start ?? "ok"}, fuel {FuelLeft}"];
        var context = new ModuleContext(module);

        // All but what nothing calls, since something else is run in its place.
        var functions = Enumerable.Range(0, module.Functions.Length).Where(i => context.Elementary.IsNeeded(context.ImportedFunctions + i)).Take(FunctionsMax);
        foreach (var i in functions.Where(_ => start is null))
        {
            var arguments = module.Types[module.Functions[i].TypeIndex].Parameters.Select(t => Argument(t, random)).ToArray();
            var trap = Call(i, arguments, out var results);
            lines.Add($"function {i}: {trap ?? string.Join(' ', results.Select(r => r.ToString("X")))}, fuel {FuelLeft}");
        }

        for (var i = 0; i < module.Globals.Length; i++)
        {
            if (!module.Globals[i].Type.Type.IsReference()) lines.Add($"global {i}: {Number(module.Globals[i].Type.Type, Global(i))}");
        }

        while (Imports.TakeLine() is { } line) lines.Add($"log: {line}");
        lines.Add($"effects: {Convert.ToHexString(Imports.Effects)}");
        var (hash, words) = (0L, 0);
        foreach (var word in Memory()) (hash, words) = (unchecked((hash ^ word) * 0x100000001B3), words + 1);
        lines.Add($"memory: {words} words, {hash:X}");
        return lines;
    }

    protected static string Trap(TrapCode code, int function, int offset) => $"{TrapMessage.Of(code)} in {function} at {offset}";

    // A NaN that stays in a global has no bits yet.
    private static string Number(WasmType type, ulong bits) => type switch
    {
        WasmType.F32 when float.IsNaN(BitConverter.UInt32BitsToSingle((uint)bits)) => "NaN",
        WasmType.F64 when double.IsNaN(BitConverter.UInt64BitsToDouble(bits)) => "NaN",
        WasmType.I32 or WasmType.F32 => ((uint)bits).ToString("X"),
        _ => bits.ToString("X"),
    };

    private static ScriptValue Argument(WasmType type, Random random) => new(type, type switch
    {
        WasmType.I32 => (uint)random.Next(-4, 40),
        WasmType.I64 => (ulong)random.NextInt64(),
        WasmType.F32 => BitConverter.SingleToUInt32Bits((float)(random.NextDouble() * 100) - 50),
        WasmType.F64 => BitConverter.DoubleToUInt64Bits((random.NextDouble() * 1e10) - 5e9),
        _ => ScriptValue.Null,
    });
}
