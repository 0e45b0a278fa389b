using System.Collections.Immutable;
using Fog.Wasm.Format;
using Fog.Wasm.Portable;
using Fog.Wasm.Runtime.Compilation;

namespace Fog.Conformance;

/// <summary>The module that the suite's scripts take for given.</summary>
internal static class SpectestModule
{
    public const string Name = "spectest";

    private const double Number = 666.6;

    public static Dictionary<string, object> Exports() => new(StringComparer.Ordinal)
    {
        ["print"] = Print(),
        ["print_i32"] = Print(WasmType.I32),
        ["print_i64"] = Print(WasmType.I64),
        ["print_f32"] = Print(WasmType.F32),
        ["print_f64"] = Print(WasmType.F64),
        ["print_i32_f32"] = Print(WasmType.I32, WasmType.F32),
        ["print_f64_f64"] = Print(WasmType.F64, WasmType.F64),
        ["global_i32"] = Constant(WasmType.I32, 666),
        ["global_i64"] = Constant(WasmType.I64, 666),
        ["global_f32"] = Constant(WasmType.F32, BitConverter.SingleToUInt32Bits((float)Number)),
        ["global_f64"] = Constant(WasmType.F64, BitConverter.DoubleToUInt64Bits(Number)),
        ["table"] = new GuestTable(new(WasmType.FuncRef, new(10, 20))),
        ["memory"] = new GuestMemory(1, 2, 2),
    };

    private static HostFunction Print(params ImmutableArray<WasmType> parameters) => new(new(parameters, []), Silence.Instance, 0);

    private sealed class Silence : IHost
    {
        public static readonly Silence Instance = new();

        public TrapCode Call(IGuest caller, int function, int type) => TrapCode.None;
    }

    private static GuestGlobal Constant(WasmType type, ulong bits) => new(new(type, IsMutable: false)) { Bits = bits };
}
