using Fog.Wasm.Compiler.Lowering;
using Fog.Wasm.Format;
using Microsoft.CodeAnalysis;

namespace Fog.Wasm.Compiler.Emit;

/// <summary>The exported form of a function whose result is an array: address and length in one i64.</summary>
internal static class Boundary
{
    public static LoweredFunction Wrap(LoweredFunction function)
    {
        var code = new CodeBuilder();
        var parameters = function.Parameters.Select(p => new Slot(p.Type)).ToArray();
        code.Get(parameters);
        code.Emit(Opcode.Call, function.Symbol);

        // A null has no encoding.
        var pointer = new Slot(WasmType.I32);
        code.Set(pointer);
        code.TrapIfNull(pointer, Location.None);
        code.Get(pointer);
        code.Emit(Opcode.I64ExtendI32U);
        code.Emit(Instruction.I64Const(32));
        code.Emit(Opcode.I64Shl);
        foreach (var length in LoweredFunction.ResultGlobals(function.Results, ofMathematics: false)) code.Emit(Opcode.GlobalGet, length);
        code.Emit(Opcode.I64ExtendI32U);
        code.Emit(Opcode.I64Or);
        code.Emit(Opcode.End);
        return new("export", [.. parameters], [WasmType.I64], code.ToCode());
    }
}
