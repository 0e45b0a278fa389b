using System.Globalization;
using System.Text.Json;
using Fog.Wasm.Format;
using Fog.Wasm.Portable;
using Fog.Wasm.Runtime.Lowering;

namespace Fog.Conformance;

/// <summary>An instance of a module of a script: calls of its exports with wasm-typed values.</summary>
internal sealed class ScriptInstance
{
    // As much as a script may take: the endless recursions of the suite end at the call depth.
    private const long Fuel = 100_000_000_000;
    private const int Memory = 256 << 20;

    private readonly Module module;
    private readonly DeviceImage image;
    private readonly Executor executor;
    private FunctionType resultsOf = new([], []);

    public ScriptInstance(Module module)
    {
        this.module = module;
        image = new DeviceImage(ImageWriter.Write(module));
        executor = new Executor(image, Fuel, Memory, PortableLimits.CallDepthMax);
    }

    public string? Trap { get; private set; }

    /// <summary>Runs segments and the start function; the message of a trap, or null.</summary>
    public string? Start()
    {
        if (!executor.Instantiate()) return Trap = TrapMessage.Of(executor.Trap);
        if (module.Start is not { } start) return null;
        executor.Begin(start);
        return Finish();
    }

    /// <summary>Performs an action of the script; the message of a trap, or null.</summary>
    public string? Perform(JsonElement action)
    {
        var field = action.GetProperty("field").GetString()!;
        var export = module.Exports.Single(e => e.Name == field);
        if (action.GetProperty("type").GetString() == "get")
        {
            resultsOf = new([], [module.Globals[export.Index].Type.Type]);
            executor.ReadGlobal(export.Index);
            return null;
        }

        resultsOf = module.Types[module.Functions[export.Index].TypeIndex];
        var next = new int[4];
        foreach (var argument in action.GetProperty("args").EnumerateArray())
        {
            var text = argument.GetProperty("value").GetString()!;
            switch (argument.GetProperty("type").GetString())
            {
                case "i32":
                    executor.SetI32(next[0]++, (int)Bits(text));
                    break;
                case "i64":
                    executor.SetI64(next[1]++, (long)Bits(text));
                    break;
                case "f32":
                    executor.SetF32(next[2]++, FloatOps.FromBits((int)Bits(text)));
                    break;
                case "f64":
                    executor.SetF64(next[3]++, BitConverter.Int64BitsToDouble((long)Bits(text)));
                    break;
                default:
                    executor.SetI32(next[0]++, text == "null" ? -1 : (int)Bits(text));
                    break;
            }
        }

        executor.Begin(export.Index);
        return Finish();
    }

    /// <summary>What of the results differs from what the script expects, or null.</summary>
    public string? CompareResults(JsonElement command)
    {
        var next = new int[4];
        var expected = command.GetProperty("expected").EnumerateArray().ToArray();
        if (expected.Length != resultsOf.Results.Length) return $"{resultsOf.Results.Length} results, expected {expected.Length}";
        foreach (var (want, type) in expected.Zip(resultsOf.Results))
        {
            var text = want.GetProperty("value").GetString()!;
            ulong actual = type switch
            {
                WasmType.I64 => (ulong)executor.GetI64(next[1]++),
                WasmType.F32 => (uint)FloatOps.ToBits(executor.GetF32(next[2]++)),
                WasmType.F64 => (ulong)BitConverter.DoubleToInt64Bits(executor.GetF64(next[3]++)),
                _ => (uint)executor.GetI32(next[0]++),
            };
            var matches = text switch
            {
                "nan:canonical" => type == WasmType.F32 ? (actual & 0x7FFFFFFF) == 0x7FC00000 : (actual & long.MaxValue) == 0x7FF8000000000000,
                "nan:arithmetic" => type == WasmType.F32 ? (actual & 0x7FC00000) == 0x7FC00000 : (actual & 0x7FF8000000000000) == 0x7FF8000000000000,
                "null" => (int)actual == -1,
                _ => actual == Bits(text),
            };
            if (!matches) return $"{type.Name()} {actual:X}, expected {text}";
        }

        return null;
    }

    private string? Finish()
    {
        var status = executor.Run(Fuel);
        while (status == RunStatus.Stopped) status = executor.Run(Fuel);
        return Trap = status == RunStatus.Trapped ? TrapMessage.Of(executor.Trap) : null;
    }

    private static ulong Bits(string text) => ulong.Parse(text, CultureInfo.InvariantCulture);
}
