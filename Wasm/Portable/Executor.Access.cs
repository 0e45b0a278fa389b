using System;

namespace Fog.Wasm.Portable
{
    // Loads and stores of every width and alignment. The hot loop does the usual ones itself and comes here for what is
    // not aligned, not yet touched or not inside.
    public sealed partial class Executor
    {
        private int RunAccess(int pc, int fi, int li, int si, int di)
        {
            long[] code = image.Code;
            long w = code[pc];
            DeviceOp op = (DeviceOp)((int)w & 0xFFFF);
            int a = (int)(w >> 16) & 0xFFFF;
            int b = (int)(w >> 32) & 0xFFFF;
            int c = (int)(w >> 48) & 0xFFFF;
            int[] i32 = i32Registers;
            int next = pc + DeviceImage.Cells(w);
            int bytes = AccessBytes(op);
            long at;
            if (op >= DeviceOp.I32LoadIndexed && op <= DeviceOp.F64LoadIndexed || op >= DeviceOp.I32StoreIndexed && op <= DeviceOp.F64StoreIndexed)
            {
                at = (long)(uint)(i32[fi + b] + (i32[fi + c] * bytes)) + (uint)code[pc + 1];
            }
            else if (op >= DeviceOp.I32LoadChecked && op <= DeviceOp.F64LoadLoadSub || op == DeviceOp.F64StoreChecked || op >= DeviceOp.F64StoreElement)
            {
                int length = op == DeviceOp.F64StoreChecked ? fi + b - 1 : fi + b + 1;
                if ((uint)i32[fi + c] >= (uint)i32[length]) return -(int)TrapCode.Unreachable;
                at = (uint)(i32[fi + b] + (i32[fi + c] * bytes));
            }
            else
            {
                at = (long)(uint)i32[fi + b] + c;
            }

            if (at > memory.Bytes - bytes) return -(int)TrapCode.OutOfBoundsMemoryAccess;
            int e = (int)at;
            switch (op)
            {
                case DeviceOp.I32Load:
                case DeviceOp.I32LoadIndexed:
                case DeviceOp.I32LoadChecked: i32[fi + a] = memory.LoadI32(e); return next;
                case DeviceOp.I32AddLoad: i32[fi + a] = i32[fi + (int)code[pc + 1]] + memory.LoadI32(e); return next;
                case DeviceOp.I32Load8U:
                case DeviceOp.I32Load8UChecked: i32[fi + a] = memory.LoadU8(e); return next;
                case DeviceOp.I32Load8S: i32[fi + a] = (sbyte)memory.LoadU8(e); return next;
                case DeviceOp.I32Load16S: i32[fi + a] = (short)memory.LoadU16(e); return next;
                case DeviceOp.I32Load16U: i32[fi + a] = memory.LoadU16(e); return next;
                case DeviceOp.I64Load: i64Registers[li + a] = memory.LoadI64(e); return next;
                case DeviceOp.I64Load8S: i64Registers[li + a] = (sbyte)memory.LoadU8(e); return next;
                case DeviceOp.I64Load8U: i64Registers[li + a] = memory.LoadU8(e); return next;
                case DeviceOp.I64Load16S: i64Registers[li + a] = (short)memory.LoadU16(e); return next;
                case DeviceOp.I64Load16U: i64Registers[li + a] = memory.LoadU16(e); return next;
                case DeviceOp.I64Load32S: i64Registers[li + a] = memory.LoadI32(e); return next;
                case DeviceOp.I64Load32U: i64Registers[li + a] = (uint)memory.LoadI32(e); return next;
                case DeviceOp.F32Load: f32Registers[si + a] = FloatOps.FromBits(memory.LoadI32(e)); return next;
                case DeviceOp.F64Load:
                case DeviceOp.F64LoadIndexed:
                case DeviceOp.F64LoadChecked: f64Registers[di + a] = BitConverter.Int64BitsToDouble(memory.LoadI64(e)); return next;
                case DeviceOp.F64AddLoad:
                case DeviceOp.F64SubLoad:
                case DeviceOp.F64LoadSub:
                case DeviceOp.F64MulLoad: return Combine(op, BitConverter.Int64BitsToDouble(memory.LoadI64(e)), f64Registers[di + (int)code[pc + 1]], di + a, next);
                case DeviceOp.F64LoadLoadSub:
                {
                    // A trap of the second element is mapped to the second cell.
                    cell = pc + 1;
                    long second = code[pc + 1];
                    b = fi + ((int)second & 0xFFFF);
                    c = i32[fi + ((int)(second >> 16) & 0xFFFF)];
                    if ((uint)c >= (uint)i32[b + 1]) return -(int)TrapCode.Unreachable;
                    at = (uint)(i32[b] + (c << 3));
                    if (at > memory.Bytes - 8) return -(int)TrapCode.OutOfBoundsMemoryAccess;
                    return Combine(op, BitConverter.Int64BitsToDouble(memory.LoadI64(e)), BitConverter.Int64BitsToDouble(memory.LoadI64((int)at)), di + a, next);
                }

                case DeviceOp.I32Store:
                case DeviceOp.I32StoreElement:
                case DeviceOp.I32StoreIndexed: memory.StoreI32(e, i32[fi + a]); return next;
                case DeviceOp.I32Store8Element:
                case DeviceOp.I32Store8: memory.StoreI8(e, i32[fi + a]); return next;
                case DeviceOp.I32Store16: memory.StoreI16(e, i32[fi + a]); return next;
                case DeviceOp.I64Store: memory.StoreI64(e, i64Registers[li + a]); return next;
                case DeviceOp.I64Store8: memory.StoreI8(e, (int)i64Registers[li + a]); return next;
                case DeviceOp.I64Store16: memory.StoreI16(e, (int)i64Registers[li + a]); return next;
                case DeviceOp.I64Store32: memory.StoreI32(e, (int)i64Registers[li + a]); return next;
                case DeviceOp.F32Store: memory.StoreI32(e, FloatOps.ToBits(f32Registers[si + a])); return next;
                default: memory.StoreI64(e, BitConverter.DoubleToInt64Bits(f64Registers[di + a])); return next;
            }
        }

        // What an instruction does with an element and a second operand.
        private int Combine(DeviceOp op, double element, double operand, int register, int next)
        {
            double r;
            if (op == DeviceOp.F64AddLoad) r = operand + element;
            else if (op == DeviceOp.F64SubLoad) r = operand - element;
            else if (op == DeviceOp.F64MulLoad) r = operand * element;
            else r = element - operand;
            f64Registers[register] = r != r ? FloatOps.CanonicalNaN : r;
            return next;
        }

        private static int AccessBytes(DeviceOp op)
        {
            switch (op)
            {
                case DeviceOp.I32Load8U:
                case DeviceOp.I32Load8S:
                case DeviceOp.I32Load8UChecked:
                case DeviceOp.I32Store8:
                case DeviceOp.I32Store8Element:
                case DeviceOp.I64Load8S:
                case DeviceOp.I64Load8U:
                case DeviceOp.I64Store8: return 1;
                case DeviceOp.I32Load16S:
                case DeviceOp.I32Load16U:
                case DeviceOp.I32Store16:
                case DeviceOp.I64Load16S:
                case DeviceOp.I64Load16U:
                case DeviceOp.I64Store16: return 2;
                case DeviceOp.I32Load:
                case DeviceOp.I32LoadIndexed:
                case DeviceOp.I32LoadChecked:
                case DeviceOp.I32AddLoad:
                case DeviceOp.I32Store:
                case DeviceOp.I32StoreIndexed:
                case DeviceOp.I32StoreElement:
                case DeviceOp.I64Load32S:
                case DeviceOp.I64Load32U:
                case DeviceOp.I64Store32:
                case DeviceOp.F32Load:
                case DeviceOp.F32Store: return 4;
                default: return 8;
            }
        }
    }
}
