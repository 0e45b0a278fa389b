using System;

namespace Fog.Wasm.Portable
{
    // Instructions outside the hot loop: the seldom ones, and the unusual cases of others.
    // Each method returns the next cell, or the negated trap.
    public sealed partial class Executor
    {
        private int RunSlow(int pc, int fi, int li, int si, int di)
        {
            DeviceOp op = (DeviceOp)((int)image.Code[pc] & 0xFFFF);
            if (op == DeviceOp.Call || op == DeviceOp.CallIndirect || op == DeviceOp.CallImport) return RunCall(pc, op, fi);
            if (op == DeviceOp.F64Fold) return RunFold(pc, fi, di);
            if (op == DeviceOp.F64Scan) return RunScan(pc, fi, di);
            if (op >= DeviceOp.F64Sin && op <= DeviceOp.F64Cbrt) return RunElementary(pc, di);
            if (op >= DeviceOp.MemoryGrow && op < DeviceOp.CallImport) return RunBulk(pc, fi);
            bool isAccess = op >= DeviceOp.I32Load && op <= DeviceOp.I64Store32 || op >= DeviceOp.F64StoreElement && op <= DeviceOp.I32Store8Element || op >= DeviceOp.F64StoreElementThenI32AddImm && op <= DeviceOp.F64StoreElementThenStepBrGeSImm;
            return isAccess ? RunAccess(pc, fi, li, si, di) : RunSeldom(pc, fi, li, si, di);
        }

        // A call that fails, goes to the host, or finds no room for its frame; then it is run again with room.
        private int RunCall(int pc, DeviceOp op, int fi)
        {
            long w = image.Code[pc];
            int function = (int)(w >> 16) & 0xFFFF;
            int type = -1;
            if (op == DeviceOp.CallIndirect)
            {
                type = function;
                int[] table = tables[(int)(w >> 32) & 0xFFFF].Elements;
                int index = i32Registers[fi + ((int)(w >> 48) & 0xFFFF)];
                if ((uint)index >= (uint)table.Length) return -(int)TrapCode.UndefinedElement;
                function = table[index];
                if (function < 0) return -(int)TrapCode.UninitializedElement;
            }

            int own = op == DeviceOp.Call ? function : function - image.FirstFunction;
            if (op == DeviceOp.CallImport || (uint)own >= (uint)image.FunctionCells.Length)
            {
                int trap = CallHost(function, type, image.Code[pc + 1]);
                return trap == (int)TrapCode.None ? pc + 2 : -trap;
            }

            if (op == DeviceOp.CallIndirect && image.FunctionTypes[own] != type) return -(int)TrapCode.IndirectCallTypeMismatch;
            if (depth >= callDepthMax) return -(int)TrapCode.CallStackExhausted;
            if (depth > returnCells.Length)
            {
                int[] longer = new int[returnCells.Length * 2];
                Array.Copy(returnCells, 0, longer, 0, returnCells.Length);
                returnCells = longer;
            }

            long move = image.Code[pc + 1];
            long need = image.Code[image.FunctionCells[own]];
            Reserve(
                ((int)move & 0xFFFF) + ((int)need & 0xFFFF),
                ((int)(move >> 16) & 0xFFFF) + ((int)(need >> 16) & 0xFFFF),
                ((int)(move >> 32) & 0xFFFF) + ((int)(need >> 32) & 0xFFFF),
                ((int)(move >> 48) & 0xFFFF) + ((int)(need >> 48) & 0xFFFF));
            return pc;
        }

        private int RunSeldom(int pc, int fi, int li, int si, int di)
        {
            long[] code = image.Code;
            long w = code[pc];
            int op = (int)w & 0xFFFF;
            int a = (int)(w >> 16) & 0xFFFF;
            int b = (int)(w >> 32) & 0xFFFF;
            int c = (int)(w >> 48) & 0xFFFF;
            int[] i32 = i32Registers;
            long[] i64 = i64Registers;
            float[] f32 = f32Registers;
            double[] f64 = f64Registers;
            switch ((DeviceOp)op)
            {
                case DeviceOp.Unreachable:
                case DeviceOp.TrapIf:
                case DeviceOp.TrapIfNot:
                case DeviceOp.TrapIfGeU: return -(int)TrapCode.Unreachable;
                case DeviceOp.I32DivS:
                    if (i32[fi + c] == 0) return -(int)TrapCode.IntegerDivideByZero;
                    if (i32[fi + b] == int.MinValue) return -(int)TrapCode.IntegerOverflow;
                    i32[fi + a] = -i32[fi + b];
                    return pc + 1;
                case DeviceOp.I32RemS:
                    if (i32[fi + c] == 0) return -(int)TrapCode.IntegerDivideByZero;
                    i32[fi + a] = 0;
                    return pc + 1;
                case DeviceOp.I32DivU:
                case DeviceOp.I32RemU: return -(int)TrapCode.IntegerDivideByZero;
                case DeviceOp.F64Div: f64[di + a] = FloatOps.DivideByZero(f64[di + b], f64[di + c]); return pc + 1;
                case DeviceOp.I32Clz: i32[fi + a] = IntegerOps.LeadingZeros(i32[fi + b]); return pc + 1;
                case DeviceOp.I32Ctz: i32[fi + a] = IntegerOps.TrailingZeros(i32[fi + b]); return pc + 1;
                case DeviceOp.I32Popcnt: i32[fi + a] = IntegerOps.Ones(i32[fi + b]); return pc + 1;
                case DeviceOp.I32Extend8S: i32[fi + a] = (sbyte)i32[fi + b]; return pc + 1;
                case DeviceOp.I32Extend16S: i32[fi + a] = (short)i32[fi + b]; return pc + 1;
                case DeviceOp.I64Clz: i64[li + a] = IntegerOps.LeadingZeros(i64[li + b]); return pc + 1;
                case DeviceOp.I64Ctz: i64[li + a] = IntegerOps.TrailingZeros(i64[li + b]); return pc + 1;
                case DeviceOp.I64Popcnt: i64[li + a] = IntegerOps.Ones(i64[li + b]); return pc + 1;
                case DeviceOp.I64Extend8S: i64[li + a] = (sbyte)i64[li + b]; return pc + 1;
                case DeviceOp.I64Extend16S: i64[li + a] = (short)i64[li + b]; return pc + 1;
                case DeviceOp.I64Extend32S: i64[li + a] = (int)i64[li + b]; return pc + 1;
                case DeviceOp.F32Abs: f32[si + a] = FloatOps.FromBits(FloatOps.ToBits(f32[si + b]) & 0x7FFFFFFF); return pc + 1;
                case DeviceOp.F32Neg: f32[si + a] = FloatOps.FromBits(FloatOps.ToBits(f32[si + b]) ^ int.MinValue); return pc + 1;
                case DeviceOp.F32Ceil: f32[si + a] = (float)FloatOps.Ceiling(f32[si + b]); return pc + 1;
                case DeviceOp.F32Floor: f32[si + a] = (float)FloatOps.Floor(f32[si + b]); return pc + 1;
                case DeviceOp.F32Trunc: f32[si + a] = (float)FloatOps.Truncate(f32[si + b]); return pc + 1;
                case DeviceOp.F32Nearest: f32[si + a] = (float)FloatOps.Nearest(f32[si + b]); return pc + 1;
                case DeviceOp.F32Sqrt: f32[si + a] = FloatOps.Demote(FloatOps.SquareRoot(f32[si + b])); return pc + 1;
                case DeviceOp.F64Ceil: f64[di + a] = FloatOps.Ceiling(f64[di + b]); return pc + 1;
                case DeviceOp.F64Floor: f64[di + a] = FloatOps.Floor(f64[di + b]); return pc + 1;
                case DeviceOp.F64Trunc: f64[di + a] = FloatOps.Truncate(f64[di + b]); return pc + 1;
                case DeviceOp.F64Nearest: f64[di + a] = FloatOps.Nearest(f64[di + b]); return pc + 1;
                case DeviceOp.I32TruncF32S: return TruncateI32(pc, fi + a, f32[si + b], true);
                case DeviceOp.I32TruncF32U: return TruncateI32(pc, fi + a, f32[si + b], false);
                case DeviceOp.I32TruncF64S: return TruncateI32(pc, fi + a, f64[di + b], true);
                case DeviceOp.I32TruncF64U: return TruncateI32(pc, fi + a, f64[di + b], false);
                case DeviceOp.I64TruncF32S: return TruncateI64(pc, li + a, f32[si + b], true);
                case DeviceOp.I64TruncF32U: return TruncateI64(pc, li + a, f32[si + b], false);
                case DeviceOp.I64TruncF64S: return TruncateI64(pc, li + a, f64[di + b], true);
                case DeviceOp.I64TruncF64U: return TruncateI64(pc, li + a, f64[di + b], false);
                case DeviceOp.F32ConvertI32S: f32[si + a] = FloatOps.SingleFromI64(i32[fi + b]); return pc + 1;
                case DeviceOp.F32ConvertI32U: f32[si + a] = FloatOps.SingleFromI64((uint)i32[fi + b]); return pc + 1;
                case DeviceOp.F32ConvertI64S: f32[si + a] = FloatOps.SingleFromI64(i64[li + b]); return pc + 1;
                case DeviceOp.F32ConvertI64U: f32[si + a] = FloatOps.SingleFromU64(i64[li + b]); return pc + 1;
                case DeviceOp.F32DemoteF64: f32[si + a] = FloatOps.Demote(f64[di + b]); return pc + 1;
                case DeviceOp.F64ConvertI64U: f64[di + a] = FloatOps.FromU64(i64[li + b]); return pc + 1;
                case DeviceOp.F64PromoteF32: f64[di + a] = FloatOps.Promote(f32[si + b]); return pc + 1;
                case DeviceOp.I32ReinterpretF32: i32[fi + a] = FloatOps.ToBits(f32[si + b]); return pc + 1;
                case DeviceOp.F32ReinterpretI32: f32[si + a] = FloatOps.FromBits(i32[fi + b]); return pc + 1;
                case DeviceOp.I32TruncSatF32S: i32[fi + a] = FloatOps.SaturateI32(f32[si + b], true); return pc + 1;
                case DeviceOp.I32TruncSatF32U: i32[fi + a] = FloatOps.SaturateI32(f32[si + b], false); return pc + 1;
                case DeviceOp.I32TruncSatF64S: i32[fi + a] = FloatOps.SaturateI32(f64[di + b], true); return pc + 1;
                case DeviceOp.I32TruncSatF64U: i32[fi + a] = FloatOps.SaturateI32(f64[di + b], false); return pc + 1;
                case DeviceOp.I64TruncSatF32S: i64[li + a] = FloatOps.SaturateI64(f32[si + b], true); return pc + 1;
                case DeviceOp.I64TruncSatF32U: i64[li + a] = FloatOps.SaturateI64(f32[si + b], false); return pc + 1;
                case DeviceOp.I64TruncSatF64S: i64[li + a] = FloatOps.SaturateI64(f64[di + b], true); return pc + 1;
                case DeviceOp.I64TruncSatF64U: i64[li + a] = FloatOps.SaturateI64(f64[di + b], false); return pc + 1;
                case DeviceOp.RefIsNull: i32[fi + a] = i32[fi + b] == -1 ? 1 : 0; return pc + 1;

                case DeviceOp.I32Rotl: i32[fi + a] = IntegerOps.RotateLeft(i32[fi + b], i32[fi + c]); return pc + 1;
                case DeviceOp.I32Rotr: i32[fi + a] = IntegerOps.RotateLeft(i32[fi + b], -i32[fi + c]); return pc + 1;
                case DeviceOp.I64DivS:
                    if (i64[li + c] == 0) return -(int)TrapCode.IntegerDivideByZero;
                    if (i64[li + c] == -1)
                    {
                        if (i64[li + b] == long.MinValue) return -(int)TrapCode.IntegerOverflow;
                        i64[li + a] = -i64[li + b];
                    }
                    else
                    {
                        i64[li + a] = i64[li + b] / i64[li + c];
                    }

                    return pc + 1;
                case DeviceOp.I64RemS:
                    if (i64[li + c] == 0) return -(int)TrapCode.IntegerDivideByZero;
                    i64[li + a] = i64[li + c] == -1 ? 0 : i64[li + b] % i64[li + c];
                    return pc + 1;
                case DeviceOp.I64DivU:
                    if (i64[li + c] == 0) return -(int)TrapCode.IntegerDivideByZero;
                    i64[li + a] = (long)((ulong)i64[li + b] / (ulong)i64[li + c]);
                    return pc + 1;
                case DeviceOp.I64RemU:
                    if (i64[li + c] == 0) return -(int)TrapCode.IntegerDivideByZero;
                    i64[li + a] = (long)((ulong)i64[li + b] % (ulong)i64[li + c]);
                    return pc + 1;
                case DeviceOp.I64Rotl: i64[li + a] = IntegerOps.RotateLeft(i64[li + b], (int)i64[li + c]); return pc + 1;
                case DeviceOp.I64Rotr: i64[li + a] = IntegerOps.RotateLeft(i64[li + b], -(int)i64[li + c]); return pc + 1;
                case DeviceOp.F32Eq: i32[fi + a] = f32[si + b] == f32[si + c] ? 1 : 0; return pc + 1;
                case DeviceOp.F32Ne: i32[fi + a] = f32[si + b] != f32[si + c] ? 1 : 0; return pc + 1;
                case DeviceOp.F32Lt: i32[fi + a] = f32[si + b] < f32[si + c] ? 1 : 0; return pc + 1;
                case DeviceOp.F32Le: i32[fi + a] = f32[si + b] <= f32[si + c] ? 1 : 0; return pc + 1;
                case DeviceOp.F32Div:
                    f32[si + a] = FloatOps.Demote(f32[si + c] == 0 ? FloatOps.DivideByZero(f32[si + b], f32[si + c]) : (double)f32[si + b] / (double)f32[si + c]);
                    return pc + 1;
                case DeviceOp.F32Min: f32[si + a] = FloatOps.Demote(FloatOps.Minimum(f32[si + b], f32[si + c])); return pc + 1;
                case DeviceOp.F32Max: f32[si + a] = FloatOps.Demote(FloatOps.Maximum(f32[si + b], f32[si + c])); return pc + 1;
                case DeviceOp.F32Copysign:
                    f32[si + a] = FloatOps.FromBits((FloatOps.ToBits(f32[si + b]) & 0x7FFFFFFF) | (FloatOps.ToBits(f32[si + c]) & int.MinValue));
                    return pc + 1;
                case DeviceOp.F64Min: f64[di + a] = FloatOps.Minimum(f64[di + b], f64[di + c]); return pc + 1;
                case DeviceOp.F64Max: f64[di + a] = FloatOps.Maximum(f64[di + b], f64[di + c]); return pc + 1;
                case DeviceOp.F64Copysign: f64[di + a] = FloatOps.CopySign(f64[di + b], f64[di + c]); return pc + 1;

                case DeviceOp.F32Const: f32[si + a] = FloatOps.FromBits((int)(w >> 32)); return pc + 1;
                case DeviceOp.SelectI64: i64[li + a] = i32[fi + b] != 0 ? i64[li + c] : i64[li + (int)code[pc + 1]]; return pc + 2;
                case DeviceOp.SelectF32: f32[si + a] = i32[fi + b] != 0 ? f32[si + c] : f32[si + (int)code[pc + 1]]; return pc + 2;
                case DeviceOp.GlobalGetI64: i64[li + a] = i64[b]; return pc + 1;
                case DeviceOp.GlobalGetF32: f32[si + a] = f32[b]; return pc + 1;
                case DeviceOp.GlobalSetI64: i64[a] = i64[li + b]; return pc + 1;
                case DeviceOp.GlobalSetF32: f32[a] = f32[si + b]; return pc + 1;
                case DeviceOp.AddressWide:
                {
                    long at = (long)(uint)i32[fi + b] + (uint)code[pc + 1];
                    i32[fi + a] = at > 0xFFFFFFFFL ? -1 : (int)at;
                    return pc + 2;
                }

                case DeviceOp.ZeroI64:
                    for (int i = 0; i < b; i++) i64[li + a + i] = 0;
                    return pc + 1;
                case DeviceOp.ZeroF32:
                    for (int i = 0; i < b; i++) f32[si + a + i] = 0;
                    return pc + 1;
                case DeviceOp.TableGet:
                    if ((uint)i32[fi + c] >= (uint)tables[b].Elements.Length) return -(int)TrapCode.OutOfBoundsTableAccess;
                    i32[fi + a] = tables[b].Elements[i32[fi + c]];
                    return pc + 1;
                case DeviceOp.TableSet:
                    if ((uint)i32[fi + b] >= (uint)tables[a].Elements.Length) return -(int)TrapCode.OutOfBoundsTableAccess;
                    tables[a].Elements[i32[fi + b]] = i32[fi + c];
                    tablesChanged = true;
                    return pc + 1;
                case DeviceOp.TableSize: i32[fi + a] = tables[b].Elements.Length; return pc + 1;
                case DeviceOp.MemorySize: i32[fi + a] = memory.Bytes / LinearMemory.PageBytes; return pc + 1;
                case DeviceOp.ElemDrop: elementDropped[a] = true; return pc + 1;
                case DeviceOp.DataDrop: dataDropped[a] = true; return pc + 1;
                default: throw new ImageException(ImageError.CorruptCode, "no such instruction");
            }
        }

        private int TruncateI32(int pc, int register, double value, bool signed)
        {
            TrapCode trap = FloatOps.CheckI32(value, signed);
            if (trap != TrapCode.None) return -(int)trap;
            i32Registers[register] = FloatOps.ToI32(value);
            return pc + 1;
        }

        private int TruncateI64(int pc, int register, double value, bool signed)
        {
            TrapCode trap = FloatOps.CheckI64(value, signed);
            if (trap != TrapCode.None) return -(int)trap;
            i64Registers[register] = signed ? (long)value : FloatOps.ToU64(value);
            return pc + 1;
        }
    }
}
