using System.Reflection.Emit;
using Fog.Wasm.Format;

namespace Fog.Wasm.Runtime.Compilation;

// Instructions that are a few instructions of IL.
internal sealed partial class FunctionEmitter
{
    private static OpCode[] Plain(Opcode opcode) => opcode switch
    {
        Opcode.I32Eqz => [OpCodes.Ldc_I4_0, OpCodes.Ceq],
        Opcode.I64Eqz => [OpCodes.Ldc_I4_0, OpCodes.Conv_I8, OpCodes.Ceq],
        Opcode.RefIsNull => [OpCodes.Ldnull, OpCodes.Ceq],
        Opcode.I32Eq or Opcode.I64Eq or Opcode.F32Eq or Opcode.F64Eq => [OpCodes.Ceq],
        Opcode.I32Ne or Opcode.I64Ne or Opcode.F32Ne or Opcode.F64Ne => [OpCodes.Ceq, OpCodes.Ldc_I4_0, OpCodes.Ceq],
        Opcode.I32LtS or Opcode.I64LtS or Opcode.F32Lt or Opcode.F64Lt => [OpCodes.Clt],
        Opcode.I32LtU or Opcode.I64LtU => [OpCodes.Clt_Un],
        Opcode.I32GtS or Opcode.I64GtS or Opcode.F32Gt or Opcode.F64Gt => [OpCodes.Cgt],
        Opcode.I32GtU or Opcode.I64GtU => [OpCodes.Cgt_Un],
        Opcode.I32LeS or Opcode.I64LeS => [OpCodes.Cgt, OpCodes.Ldc_I4_0, OpCodes.Ceq],
        Opcode.I32GeS or Opcode.I64GeS => [OpCodes.Clt, OpCodes.Ldc_I4_0, OpCodes.Ceq],

        // Of floats: not (greater, or unordered).
        Opcode.I32LeU or Opcode.I64LeU or Opcode.F32Le or Opcode.F64Le => [OpCodes.Cgt_Un, OpCodes.Ldc_I4_0, OpCodes.Ceq],
        Opcode.I32GeU or Opcode.I64GeU or Opcode.F32Ge or Opcode.F64Ge => [OpCodes.Clt_Un, OpCodes.Ldc_I4_0, OpCodes.Ceq],
        Opcode.I32Add or Opcode.I64Add or Opcode.F32Add or Opcode.F64Add => [OpCodes.Add],
        Opcode.I32Sub or Opcode.I64Sub or Opcode.F32Sub or Opcode.F64Sub => [OpCodes.Sub],
        Opcode.I32Mul or Opcode.I64Mul or Opcode.F32Mul or Opcode.F64Mul => [OpCodes.Mul],
        Opcode.F32Div or Opcode.F64Div => [OpCodes.Div],
        Opcode.F32Neg or Opcode.F64Neg => [OpCodes.Neg],
        Opcode.I32And or Opcode.I64And => [OpCodes.And],
        Opcode.I32Or or Opcode.I64Or => [OpCodes.Or],
        Opcode.I32Xor or Opcode.I64Xor => [OpCodes.Xor],
        Opcode.I32Shl or Opcode.I64Shl => [OpCodes.Shl],
        Opcode.I32ShrS or Opcode.I64ShrS => [OpCodes.Shr],
        Opcode.I32ShrU or Opcode.I64ShrU => [OpCodes.Shr_Un],
        Opcode.I32WrapI64 => [OpCodes.Conv_I4],
        Opcode.I64ExtendI32S => [OpCodes.Conv_I8],
        Opcode.I64ExtendI32U => [OpCodes.Conv_U8],
        Opcode.I32Extend8S => [OpCodes.Conv_I1],
        Opcode.I32Extend16S => [OpCodes.Conv_I2],
        Opcode.I64Extend8S => [OpCodes.Conv_I1, OpCodes.Conv_I8],
        Opcode.I64Extend16S => [OpCodes.Conv_I2, OpCodes.Conv_I8],
        Opcode.I64Extend32S => [OpCodes.Conv_I4, OpCodes.Conv_I8],
        Opcode.F32ConvertI32S => [OpCodes.Conv_R4],
        Opcode.F32ConvertI32U => [OpCodes.Conv_U8, OpCodes.Conv_R4],
        Opcode.F64ConvertI32S or Opcode.F64ConvertI64S => [OpCodes.Conv_R8],
        Opcode.F64ConvertI32U => [OpCodes.Conv_U8, OpCodes.Conv_R8],
        Opcode.F32DemoteF64 => [OpCodes.Conv_R4],
        Opcode.F64PromoteF32 => [OpCodes.Conv_R8],

        // .NET's conversions saturate, and make 0 of a NaN.
        Opcode.I32TruncSatF32S or Opcode.I32TruncSatF64S => [OpCodes.Conv_I4],
        Opcode.I32TruncSatF32U or Opcode.I32TruncSatF64U => [OpCodes.Conv_U4],
        Opcode.I64TruncSatF32S or Opcode.I64TruncSatF64S => [OpCodes.Conv_I8],
        Opcode.I64TruncSatF32U or Opcode.I64TruncSatF64U => [OpCodes.Conv_U8],
        _ => throw new InvalidOperationException($"{opcode} is not emitted"),
    };

    private static OpCode[] LoadCodes(Opcode opcode) => opcode switch
    {
        Opcode.I32Load => [OpCodes.Ldind_I4],
        Opcode.I64Load => [OpCodes.Ldind_I8],
        Opcode.F32Load => [OpCodes.Ldind_R4],
        Opcode.F64Load => [OpCodes.Ldind_R8],
        Opcode.I32Load8S => [OpCodes.Ldind_I1],
        Opcode.I32Load8U => [OpCodes.Ldind_U1],
        Opcode.I32Load16S => [OpCodes.Ldind_I2],
        Opcode.I32Load16U => [OpCodes.Ldind_U2],
        Opcode.I64Load8S => [OpCodes.Ldind_I1, OpCodes.Conv_I8],
        Opcode.I64Load8U => [OpCodes.Ldind_U1, OpCodes.Conv_U8],
        Opcode.I64Load16S => [OpCodes.Ldind_I2, OpCodes.Conv_I8],
        Opcode.I64Load16U => [OpCodes.Ldind_U2, OpCodes.Conv_U8],
        Opcode.I64Load32S => [OpCodes.Ldind_I4, OpCodes.Conv_I8],
        Opcode.I64Load32U => [OpCodes.Ldind_U4, OpCodes.Conv_U8],
        _ => throw new InvalidOperationException($"{opcode} is no load"),
    };

    // Branches that test what a comparison computes; of floats, the contrary is taken for a NaN.
    private static (OpCode WhenTrue, OpCode WhenFalse)? Comparison(Opcode opcode) => opcode switch
    {
        Opcode.I32Eq or Opcode.I64Eq or Opcode.F32Eq or Opcode.F64Eq => (OpCodes.Beq, OpCodes.Bne_Un),
        Opcode.I32Ne or Opcode.I64Ne or Opcode.F32Ne or Opcode.F64Ne => (OpCodes.Bne_Un, OpCodes.Beq),
        Opcode.I32LtS or Opcode.I64LtS => (OpCodes.Blt, OpCodes.Bge),
        Opcode.I32LtU or Opcode.I64LtU => (OpCodes.Blt_Un, OpCodes.Bge_Un),
        Opcode.I32GtS or Opcode.I64GtS => (OpCodes.Bgt, OpCodes.Ble),
        Opcode.I32GtU or Opcode.I64GtU => (OpCodes.Bgt_Un, OpCodes.Ble_Un),
        Opcode.I32LeS or Opcode.I64LeS => (OpCodes.Ble, OpCodes.Bgt),
        Opcode.I32LeU or Opcode.I64LeU => (OpCodes.Ble_Un, OpCodes.Bgt_Un),
        Opcode.I32GeS or Opcode.I64GeS => (OpCodes.Bge, OpCodes.Blt),
        Opcode.I32GeU or Opcode.I64GeU => (OpCodes.Bge_Un, OpCodes.Blt_Un),
        Opcode.F32Lt or Opcode.F64Lt => (OpCodes.Blt, OpCodes.Bge_Un),
        Opcode.F32Gt or Opcode.F64Gt => (OpCodes.Bgt, OpCodes.Ble_Un),
        Opcode.F32Le or Opcode.F64Le => (OpCodes.Ble, OpCodes.Bgt_Un),
        Opcode.F32Ge or Opcode.F64Ge => (OpCodes.Bge, OpCodes.Blt_Un),
        _ => null,
    };
}
