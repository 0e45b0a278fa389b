using Fog.Wasm.Format;
using Fog.Wasm.Runtime.Lowering;
using Fog.Wasm.Runtime.Validation;

namespace Fog.Wasm.Portable.Tests;

/// <summary>Validates, lowers and executes modules; values go in and come out as bits (i32 and f32 sign-extended).</summary>
internal sealed class Invocation
{
    private readonly Module module;
    private readonly Executor executor;

    public Invocation(ModuleBuilder builder, long fuel = 1_000_000_000, int memoryBytesMax = 16 << 20, int callDepthMax = 200)
    {
        // Through the bytes, so that instructions have offsets.
        module = ModuleReader.Read(builder.ToBytes());
        ModuleValidator.Validate(module);
        executor = new Executor(new DeviceImage(ImageWriter.Write(module)), fuel, memoryBytesMax, callDepthMax);
        if (!executor.Instantiate()) throw new InvalidOperationException($"trap {executor.Trap} at instantiation");
    }

    public Executor Executor => executor;

    public Module Module => module;

    /// <summary>Calls a function by index; its result's bits (0 when it has none) or its trap.</summary>
    public NumericOracle.Outcome Call(int function, params ReadOnlySpan<long> arguments) => CallInSlices(function, long.MaxValue, arguments);

    public NumericOracle.Outcome CallInSlices(int function, long slice, params ReadOnlySpan<long> arguments)
    {
        var type = module.Types[module.Functions[function].TypeIndex];
        var next = new int[4];
        for (var i = 0; i < arguments.Length; i++)
        {
            switch (type.Parameters[i])
            {
                case WasmType.I64:
                    executor.SetI64(next[1]++, arguments[i]);
                    break;
                case WasmType.F32:
                    executor.SetF32(next[2]++, BitConverter.Int32BitsToSingle((int)arguments[i]));
                    break;
                case WasmType.F64:
                    executor.SetF64(next[3]++, BitConverter.Int64BitsToDouble(arguments[i]));
                    break;
                default:
                    executor.SetI32(next[0]++, (int)arguments[i]);
                    break;
            }
        }

        executor.Begin(function);
        RunStatus status;
        do
        {
            status = executor.Run(slice);
        }
        while (status == RunStatus.Stopped);
        return status == RunStatus.Trapped ? executor.Trap : type.Results.Length == 0 ? 0L : Result(type.Results[^1], type.Results.Count(r => KindOf(r) == KindOf(type.Results[^1])) - 1);
    }

    /// <summary>A result by its place among the results of its kind.</summary>
    public long Result(WasmType type, int place = 0) => type switch
    {
        WasmType.I64 => executor.GetI64(place),
        WasmType.F32 => BitConverter.SingleToInt32Bits(executor.GetF32(place)),
        WasmType.F64 => BitConverter.DoubleToInt64Bits(executor.GetF64(place)),
        _ => executor.GetI32(place),
    };

    private static int KindOf(WasmType type) => type switch
    {
        WasmType.I64 => 1,
        WasmType.F32 => 2,
        WasmType.F64 => 3,
        _ => 0,
    };
}
