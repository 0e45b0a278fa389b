using System.Numerics;
using Fog.Wasm.Compiler.Binding;
using Fog.Wasm.Format;

namespace Fog.Wasm.Compiler.Lowering;

/// <summary>Conversions as .NET 10 makes them: floating point saturates, integers keep their low bits.</summary>
internal sealed partial class MethodLowerer
{
    private void PushConvert(Binding.Convert convert)
    {
        var from = (ScalarType)convert.Operand.Type;
        var to = convert.To;
        Push(convert.Operand);
        if (from.IsFloat && to.IsFloat) ConvertFloat(from, to);
        else if (from.IsFloat && convert.IsChecked) TruncateChecked(from, to, convert);
        else if (from.IsFloat) Truncate(from, to);
        else if (to.IsFloat) ToFloat(from, to);
        else if (convert.IsChecked && !Holds(to, from)) NarrowChecked(from, to);
        else Narrow(from, to);
    }

    private void ConvertFloat(ScalarType from, ScalarType to)
    {
        if (from == to) return;
        code.Emit(to == CsType.F64 ? Opcode.F64PromoteF32 : Opcode.F32DemoteF64);
    }

    // To a small type: through int, which saturates, to its low bits.
    private void Truncate(ScalarType from, ScalarType to)
    {
        code.Emit((from == CsType.F64, to.Kind) switch
        {
            (true, FogKind.I64) => Opcode.I64TruncSatF64S,
            (true, FogKind.U64) => Opcode.I64TruncSatF64U,
            (true, FogKind.U32) => Opcode.I32TruncSatF64U,
            (true, _) => Opcode.I32TruncSatF64S,
            (false, FogKind.I64) => Opcode.I64TruncSatF32S,
            (false, FogKind.U64) => Opcode.I64TruncSatF32U,
            (false, FogKind.U32) => Opcode.I32TruncSatF32U,
            (false, _) => Opcode.I32TruncSatF32S,
        });
        Normalize(to);
    }

    // The trapping conversions accept exactly what .NET's checked ones do.
    private void TruncateChecked(ScalarType from, ScalarType to, Binding.Convert convert)
    {
        var opcode = (from == CsType.F64, to.Kind) switch
        {
            (true, FogKind.I64) => Opcode.I64TruncF64S,
            (true, FogKind.U64) => Opcode.I64TruncF64U,
            (true, FogKind.U32) => Opcode.I32TruncF64U,
            (true, _) => Opcode.I32TruncF64S,
            (false, FogKind.I64) => Opcode.I64TruncF32S,
            (false, FogKind.U64) => Opcode.I64TruncF32U,
            (false, FogKind.U32) => Opcode.I32TruncF32U,
            (false, _) => Opcode.I32TruncF32S,
        };
        code.EmitTrapping(opcode, convert.Place);
        if (to.IsSmall) NarrowChecked(CsType.I32, to);
    }

    private void ToFloat(ScalarType from, ScalarType to) => code.Emit((to == CsType.F64, from.Wasm, from.IsSigned || from.IsSmall) switch
    {
        (true, WasmType.I64, true) => Opcode.F64ConvertI64S,
        (true, WasmType.I64, false) => Opcode.F64ConvertI64U,
        (true, _, true) => Opcode.F64ConvertI32S,
        (true, _, false) => Opcode.F64ConvertI32U,
        (false, WasmType.I64, true) => Opcode.F32ConvertI64S,
        (false, WasmType.I64, false) => Opcode.F32ConvertI64U,
        (false, _, true) => Opcode.F32ConvertI32S,
        (false, _, false) => Opcode.F32ConvertI32U,
    });

    private void Narrow(ScalarType from, ScalarType to)
    {
        if (to.Wasm == WasmType.I64)
        {
            if (from.Wasm == WasmType.I32) code.Emit(from.IsSigned ? Opcode.I64ExtendI32S : Opcode.I64ExtendI32U);
            return;
        }

        if (from.Wasm == WasmType.I64) code.Emit(Opcode.I32WrapI64);
        if (to.IsSmall && !Holds(to, from)) Normalize(to);
    }

    // Everything but ulong goes through long.
    private void NarrowChecked(ScalarType from, ScalarType to)
    {
        if (from.Wasm == WasmType.I32) code.Emit(from.IsSigned ? Opcode.I64ExtendI32S : Opcode.I64ExtendI32U);
        if (from.Kind == FogKind.U64 || to.Kind == FogKind.U64) code.Emit(Opcode.Call, Checked("SameSign", CsType.I64));
        if (to.Wasm == WasmType.I64) return;
        code.Emit(Opcode.Call, Checked("To" + to.Kind switch
        {
            FogKind.I8 => "SByte",
            FogKind.U8 => "Byte",
            FogKind.I16 => "Int16",
            FogKind.U16 => "UInt16",
            FogKind.Char => "Char",
            FogKind.I32 => "Int32",
            FogKind.U32 => "UInt32",
            _ => throw new InvalidOperationException($"no checked conversion to {to.Kind}"),
        }, CsType.I64));
    }

    /// <summary>Every value of <paramref name="from"/> is one of <paramref name="to"/>.</summary>
    private static bool Holds(ScalarType to, ScalarType from)
    {
        var (fromMin, fromMax) = Range(from);
        var (min, max) = Range(to);
        return min <= fromMin && fromMax <= max;
    }

    private static (BigInteger Min, BigInteger Max) Range(ScalarType type)
    {
        var bits = type.Kind == FogKind.Bool ? 1 : type.Bytes * 8;
        return type.IsSigned ? (-(BigInteger.One << (bits - 1)), (BigInteger.One << (bits - 1)) - 1) : (0, (BigInteger.One << bits) - 1);
    }
}
