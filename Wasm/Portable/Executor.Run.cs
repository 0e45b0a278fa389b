using System;

namespace Fog.Wasm.Portable
{
    // The hot loop. What it needs at every instruction it keeps in locals: field access costs nanoFramework as much as
    // arithmetic. A case ends with break (next instruction), goto enter (a block begins) or goto trapped.
    public sealed partial class Executor
    {
        private RunStatus RunSlice()
        {
            ushort[] code = image.Code;
            int pc = cell;
            int[] i32 = i32Registers;
            long[] i64 = i64Registers;
            float[] f32 = f32Registers;
            double[] f64 = f64Registers;
            int fi = i32Base;
            int li = i64Base;
            int si = f32Base;
            int di = f64Base;
            long[][] chunks = memory.Chunks;
            long[] zeros = memory.Zeros;
            int memoryBytes = memory.Bytes;
            int fuel = sliceFuel;
            int trap;
            double nan = FloatOps.CanonicalNaN;

        enter:
            // pc is at the cost of a block: all of it is taken, or nothing of the block runs.
            if (fuel < code[pc])
            {
                Save(pc, fi, li, si, di, fuel);
                return RunStatus.Stopped;
            }

            fuel -= code[pc++];
            for (; ; )
            {
                switch ((int)code[pc])
                {
                    case (int)DeviceOp.Block: pc++; goto enter;
                    case (int)DeviceOp.Unreachable: trap = (int)TrapCode.Unreachable; goto trapped;
                    case (int)DeviceOp.Call:
                    {
                        int target = image.FunctionCells[code[pc + 1]];
                        pc += 6;
                        if (!Push(pc)) { pc -= 6; trap = (int)TrapCode.CallStackExhausted; goto trapped; }
                        fi += code[pc - 4];
                        li += code[pc - 3];
                        si += code[pc - 2];
                        di += code[pc - 1];
                        pc = target;
                        goto prologue;
                    }
                    case (int)DeviceOp.CallIndirect:
                    {
                        int[] table = tables[code[pc + 2]];
                        int index = i32[fi + code[pc + 3]];
                        if ((uint)index >= (uint)table.Length) { trap = (int)TrapCode.UndefinedElement; goto trapped; }
                        int function = table[index];
                        if (function < 0) { trap = (int)TrapCode.UninitializedElement; goto trapped; }
                        if (image.FunctionTypes[function] != code[pc + 1]) { trap = (int)TrapCode.IndirectCallTypeMismatch; goto trapped; }
                        pc += 8;
                        if (!Push(pc)) { pc -= 8; trap = (int)TrapCode.CallStackExhausted; goto trapped; }
                        fi += code[pc - 4];
                        li += code[pc - 3];
                        si += code[pc - 2];
                        di += code[pc - 1];
                        pc = image.FunctionCells[function];
                        goto prologue;
                    }
                    case (int)DeviceOp.Return:
                        depth--;
                        if (depth == 0)
                        {
                            Save(pc, fi, li, si, di, fuel);
                            return RunStatus.Returned;
                        }

                        pc = returnCells[depth - 1];
                        fi -= code[pc - 4];
                        li -= code[pc - 3];
                        si -= code[pc - 2];
                        di -= code[pc - 1];
                        break;
                    case (int)DeviceOp.BrTable:
                    {
                        int index = i32[fi + code[pc + 1]];
                        int count = code[pc + 2];
                        if ((uint)index > (uint)count) index = count;
                        pc += 3 + (2 * index);
                        pc = code[pc] | (code[pc + 1] << 16);
                        goto enter;
                    }

                    // i32 arithmetic: dst, a, b.
                    case (int)DeviceOp.I32Add: i32[fi + code[pc + 1]] = i32[fi + code[pc + 2]] + i32[fi + code[pc + 3]]; pc += 4; break;
                    case (int)DeviceOp.I32Sub: i32[fi + code[pc + 1]] = i32[fi + code[pc + 2]] - i32[fi + code[pc + 3]]; pc += 4; break;
                    case (int)DeviceOp.I32Mul: i32[fi + code[pc + 1]] = i32[fi + code[pc + 2]] * i32[fi + code[pc + 3]]; pc += 4; break;
                    case (int)DeviceOp.I32And: i32[fi + code[pc + 1]] = i32[fi + code[pc + 2]] & i32[fi + code[pc + 3]]; pc += 4; break;
                    case (int)DeviceOp.I32Or: i32[fi + code[pc + 1]] = i32[fi + code[pc + 2]] | i32[fi + code[pc + 3]]; pc += 4; break;
                    case (int)DeviceOp.I32Xor: i32[fi + code[pc + 1]] = i32[fi + code[pc + 2]] ^ i32[fi + code[pc + 3]]; pc += 4; break;
                    case (int)DeviceOp.I32Shl: i32[fi + code[pc + 1]] = i32[fi + code[pc + 2]] << (i32[fi + code[pc + 3]] & 31); pc += 4; break;
                    case (int)DeviceOp.I32ShrS: i32[fi + code[pc + 1]] = i32[fi + code[pc + 2]] >> (i32[fi + code[pc + 3]] & 31); pc += 4; break;
                    case (int)DeviceOp.I32ShrU: i32[fi + code[pc + 1]] = (int)((uint)i32[fi + code[pc + 2]] >> (i32[fi + code[pc + 3]] & 31)); pc += 4; break;

                    // i32 arithmetic with a signed 16-bit immediate: dst, a, imm.
                    case (int)DeviceOp.I32AddImm: i32[fi + code[pc + 1]] = i32[fi + code[pc + 2]] + (short)code[pc + 3]; pc += 4; break;
                    case (int)DeviceOp.I32MulImm: i32[fi + code[pc + 1]] = i32[fi + code[pc + 2]] * (short)code[pc + 3]; pc += 4; break;
                    case (int)DeviceOp.I32AndImm: i32[fi + code[pc + 1]] = i32[fi + code[pc + 2]] & (short)code[pc + 3]; pc += 4; break;
                    case (int)DeviceOp.I32ShlImm: i32[fi + code[pc + 1]] = i32[fi + code[pc + 2]] << code[pc + 3]; pc += 4; break;
                    case (int)DeviceOp.I32ShrSImm: i32[fi + code[pc + 1]] = i32[fi + code[pc + 2]] >> code[pc + 3]; pc += 4; break;
                    case (int)DeviceOp.I32ShrUImm: i32[fi + code[pc + 1]] = (int)((uint)i32[fi + code[pc + 2]] >> code[pc + 3]); pc += 4; break;
                    case (int)DeviceOp.I32AddScaled: i32[fi + code[pc + 1]] = i32[fi + code[pc + 2]] + (i32[fi + code[pc + 3]] << code[pc + 4]); pc += 5; break;

                    // i32 comparison: dst, a, b.
                    case (int)DeviceOp.I32Eq: i32[fi + code[pc + 1]] = i32[fi + code[pc + 2]] == i32[fi + code[pc + 3]] ? 1 : 0; pc += 4; break;
                    case (int)DeviceOp.I32Ne: i32[fi + code[pc + 1]] = i32[fi + code[pc + 2]] != i32[fi + code[pc + 3]] ? 1 : 0; pc += 4; break;
                    case (int)DeviceOp.I32LtS: i32[fi + code[pc + 1]] = i32[fi + code[pc + 2]] < i32[fi + code[pc + 3]] ? 1 : 0; pc += 4; break;
                    case (int)DeviceOp.I32LtU: i32[fi + code[pc + 1]] = (uint)i32[fi + code[pc + 2]] < (uint)i32[fi + code[pc + 3]] ? 1 : 0; pc += 4; break;
                    case (int)DeviceOp.I32LeS: i32[fi + code[pc + 1]] = i32[fi + code[pc + 2]] <= i32[fi + code[pc + 3]] ? 1 : 0; pc += 4; break;
                    case (int)DeviceOp.I32LeU: i32[fi + code[pc + 1]] = (uint)i32[fi + code[pc + 2]] <= (uint)i32[fi + code[pc + 3]] ? 1 : 0; pc += 4; break;
                    case (int)DeviceOp.I32Eqz: i32[fi + code[pc + 1]] = i32[fi + code[pc + 2]] == 0 ? 1 : 0; pc += 3; break;

                    // i32 division: dst, a, b.
                    case (int)DeviceOp.I32DivS:
                        {
                            int divisor = i32[fi + code[pc + 3]];
                            if (divisor == 0) { trap = (int)TrapCode.IntegerDivideByZero; goto trapped; }
                            int dividend = i32[fi + code[pc + 2]];
                            if (divisor == -1)
                            {
                                if (dividend == int.MinValue) { trap = (int)TrapCode.IntegerOverflow; goto trapped; }
                                i32[fi + code[pc + 1]] = -dividend;
                            }
                            else
                            {
                                i32[fi + code[pc + 1]] = dividend / divisor;
                            }
                            pc += 4;
                            break;
                        }
                    case (int)DeviceOp.I32RemS:
                        {
                            int divisor = i32[fi + code[pc + 3]];
                            if (divisor == 0) { trap = (int)TrapCode.IntegerDivideByZero; goto trapped; }
                            int dividend = i32[fi + code[pc + 2]];
                            i32[fi + code[pc + 1]] = divisor == -1 ? 0 : dividend % divisor;
                            pc += 4;
                            break;
                        }
                    case (int)DeviceOp.I32DivU:
                        {
                            int divisor = i32[fi + code[pc + 3]];
                            if (divisor == 0) { trap = (int)TrapCode.IntegerDivideByZero; goto trapped; }
                            i32[fi + code[pc + 1]] = (int)((uint)i32[fi + code[pc + 2]] / (uint)divisor);
                            pc += 4;
                            break;
                        }
                    case (int)DeviceOp.I32RemU:
                        {
                            int divisor = i32[fi + code[pc + 3]];
                            if (divisor == 0) { trap = (int)TrapCode.IntegerDivideByZero; goto trapped; }
                            i32[fi + code[pc + 1]] = (int)((uint)i32[fi + code[pc + 2]] % (uint)divisor);
                            pc += 4;
                            break;
                        }

                    // branches: operands, target low, target high; what follows is the cost of the block behind.
                    case (int)DeviceOp.Br: pc = code[pc + 1] | (code[pc + 2] << 16); goto enter;
                    case (int)DeviceOp.BrIf: pc = i32[fi + code[pc + 1]] != 0 ? code[pc + 2] | (code[pc + 3] << 16) : pc + 4; goto enter;
                    case (int)DeviceOp.BrIfNot: pc = i32[fi + code[pc + 1]] == 0 ? code[pc + 2] | (code[pc + 3] << 16) : pc + 4; goto enter;
                    case (int)DeviceOp.BrI32Eq: pc = i32[fi + code[pc + 1]] == i32[fi + code[pc + 2]] ? code[pc + 3] | (code[pc + 4] << 16) : pc + 5; goto enter;
                    case (int)DeviceOp.BrI32Ne: pc = i32[fi + code[pc + 1]] != i32[fi + code[pc + 2]] ? code[pc + 3] | (code[pc + 4] << 16) : pc + 5; goto enter;
                    case (int)DeviceOp.BrI32LtS: pc = i32[fi + code[pc + 1]] < i32[fi + code[pc + 2]] ? code[pc + 3] | (code[pc + 4] << 16) : pc + 5; goto enter;
                    case (int)DeviceOp.BrI32GeS: pc = i32[fi + code[pc + 1]] >= i32[fi + code[pc + 2]] ? code[pc + 3] | (code[pc + 4] << 16) : pc + 5; goto enter;
                    case (int)DeviceOp.BrI32LtU: pc = (uint)i32[fi + code[pc + 1]] < (uint)i32[fi + code[pc + 2]] ? code[pc + 3] | (code[pc + 4] << 16) : pc + 5; goto enter;
                    case (int)DeviceOp.BrI32GeU: pc = (uint)i32[fi + code[pc + 1]] >= (uint)i32[fi + code[pc + 2]] ? code[pc + 3] | (code[pc + 4] << 16) : pc + 5; goto enter;
                    case (int)DeviceOp.BrI32EqImm: pc = i32[fi + code[pc + 1]] == (short)code[pc + 2] ? code[pc + 3] | (code[pc + 4] << 16) : pc + 5; goto enter;
                    case (int)DeviceOp.BrI32NeImm: pc = i32[fi + code[pc + 1]] != (short)code[pc + 2] ? code[pc + 3] | (code[pc + 4] << 16) : pc + 5; goto enter;
                    case (int)DeviceOp.BrI32LtSImm: pc = i32[fi + code[pc + 1]] < (short)code[pc + 2] ? code[pc + 3] | (code[pc + 4] << 16) : pc + 5; goto enter;
                    case (int)DeviceOp.BrI32GeSImm: pc = i32[fi + code[pc + 1]] >= (short)code[pc + 2] ? code[pc + 3] | (code[pc + 4] << 16) : pc + 5; goto enter;
                    case (int)DeviceOp.BrI32GtSImm: pc = i32[fi + code[pc + 1]] > (short)code[pc + 2] ? code[pc + 3] | (code[pc + 4] << 16) : pc + 5; goto enter;
                    case (int)DeviceOp.BrI32LeSImm: pc = i32[fi + code[pc + 1]] <= (short)code[pc + 2] ? code[pc + 3] | (code[pc + 4] << 16) : pc + 5; goto enter;
                    case (int)DeviceOp.BrI32LtUImm: pc = (uint)i32[fi + code[pc + 1]] < (uint)(short)code[pc + 2] ? code[pc + 3] | (code[pc + 4] << 16) : pc + 5; goto enter;
                    case (int)DeviceOp.BrI32GeUImm: pc = (uint)i32[fi + code[pc + 1]] >= (uint)(short)code[pc + 2] ? code[pc + 3] | (code[pc + 4] << 16) : pc + 5; goto enter;
                    case (int)DeviceOp.BrI64Eq: pc = i64[li + code[pc + 1]] == i64[li + code[pc + 2]] ? code[pc + 3] | (code[pc + 4] << 16) : pc + 5; goto enter;
                    case (int)DeviceOp.BrI64Ne: pc = i64[li + code[pc + 1]] != i64[li + code[pc + 2]] ? code[pc + 3] | (code[pc + 4] << 16) : pc + 5; goto enter;
                    case (int)DeviceOp.BrI64LtS: pc = i64[li + code[pc + 1]] < i64[li + code[pc + 2]] ? code[pc + 3] | (code[pc + 4] << 16) : pc + 5; goto enter;
                    case (int)DeviceOp.BrI64GeS: pc = i64[li + code[pc + 1]] >= i64[li + code[pc + 2]] ? code[pc + 3] | (code[pc + 4] << 16) : pc + 5; goto enter;
                    case (int)DeviceOp.BrI64LtU: pc = (ulong)i64[li + code[pc + 1]] < (ulong)i64[li + code[pc + 2]] ? code[pc + 3] | (code[pc + 4] << 16) : pc + 5; goto enter;
                    case (int)DeviceOp.BrI64GeU: pc = (ulong)i64[li + code[pc + 1]] >= (ulong)i64[li + code[pc + 2]] ? code[pc + 3] | (code[pc + 4] << 16) : pc + 5; goto enter;

                    // f64 comparisons use <, <=, == and != only: nanoFramework takes NaN > x for true.
                    case (int)DeviceOp.BrF64Eq: pc = f64[di + code[pc + 1]] == f64[di + code[pc + 2]] ? code[pc + 3] | (code[pc + 4] << 16) : pc + 5; goto enter;
                    case (int)DeviceOp.BrF64Ne: pc = f64[di + code[pc + 1]] != f64[di + code[pc + 2]] ? code[pc + 3] | (code[pc + 4] << 16) : pc + 5; goto enter;
                    case (int)DeviceOp.BrF64Lt: pc = f64[di + code[pc + 1]] < f64[di + code[pc + 2]] ? code[pc + 3] | (code[pc + 4] << 16) : pc + 5; goto enter;
                    case (int)DeviceOp.BrF64Le: pc = f64[di + code[pc + 1]] <= f64[di + code[pc + 2]] ? code[pc + 3] | (code[pc + 4] << 16) : pc + 5; goto enter;
                    case (int)DeviceOp.BrF64NotLt: pc = f64[di + code[pc + 1]] < f64[di + code[pc + 2]] ? pc + 5 : code[pc + 3] | (code[pc + 4] << 16); goto enter;
                    case (int)DeviceOp.BrF64NotLe: pc = f64[di + code[pc + 1]] <= f64[di + code[pc + 2]] ? pc + 5 : code[pc + 3] | (code[pc + 4] << 16); goto enter;

                    // moves and constants.
                    case (int)DeviceOp.MoveI32: i32[fi + code[pc + 1]] = i32[fi + code[pc + 2]]; pc += 3; break;
                    case (int)DeviceOp.MoveI64: i64[li + code[pc + 1]] = i64[li + code[pc + 2]]; pc += 3; break;
                    case (int)DeviceOp.MoveF32: f32[si + code[pc + 1]] = f32[si + code[pc + 2]]; pc += 3; break;
                    case (int)DeviceOp.MoveF64: f64[di + code[pc + 1]] = f64[di + code[pc + 2]]; pc += 3; break;
                    case (int)DeviceOp.I32Const16: i32[fi + code[pc + 1]] = (short)code[pc + 2]; pc += 3; break;
                    case (int)DeviceOp.I32Const: i32[fi + code[pc + 1]] = code[pc + 2] | (code[pc + 3] << 16); pc += 4; break;
                    case (int)DeviceOp.GlobalGetI32: i32[fi + code[pc + 1]] = i32[code[pc + 2]]; pc += 3; break;
                    case (int)DeviceOp.GlobalSetI32: i32[code[pc + 1]] = i32[fi + code[pc + 2]]; pc += 3; break;
                    case (int)DeviceOp.SelectI32: i32[fi + code[pc + 1]] = i32[fi + code[pc + 2]] != 0 ? i32[fi + code[pc + 3]] : i32[fi + code[pc + 4]]; pc += 5; break;
                    case (int)DeviceOp.SelectF64: f64[di + code[pc + 1]] = i32[fi + code[pc + 2]] != 0 ? f64[di + code[pc + 3]] : f64[di + code[pc + 4]]; pc += 5; break;

                    // i64 arithmetic: dst, a, b.
                    case (int)DeviceOp.I64Add: i64[li + code[pc + 1]] = i64[li + code[pc + 2]] + i64[li + code[pc + 3]]; pc += 4; break;
                    case (int)DeviceOp.I64Sub: i64[li + code[pc + 1]] = i64[li + code[pc + 2]] - i64[li + code[pc + 3]]; pc += 4; break;
                    case (int)DeviceOp.I64Mul: i64[li + code[pc + 1]] = i64[li + code[pc + 2]] * i64[li + code[pc + 3]]; pc += 4; break;
                    case (int)DeviceOp.I64And: i64[li + code[pc + 1]] = i64[li + code[pc + 2]] & i64[li + code[pc + 3]]; pc += 4; break;
                    case (int)DeviceOp.I64Or: i64[li + code[pc + 1]] = i64[li + code[pc + 2]] | i64[li + code[pc + 3]]; pc += 4; break;
                    case (int)DeviceOp.I64Xor: i64[li + code[pc + 1]] = i64[li + code[pc + 2]] ^ i64[li + code[pc + 3]]; pc += 4; break;
                    case (int)DeviceOp.I64Shl: i64[li + code[pc + 1]] = i64[li + code[pc + 2]] << ((int)i64[li + code[pc + 3]] & 63); pc += 4; break;
                    case (int)DeviceOp.I64ShrS: i64[li + code[pc + 1]] = i64[li + code[pc + 2]] >> ((int)i64[li + code[pc + 3]] & 63); pc += 4; break;
                    case (int)DeviceOp.I64ShrU: i64[li + code[pc + 1]] = (long)((ulong)i64[li + code[pc + 2]] >> ((int)i64[li + code[pc + 3]] & 63)); pc += 4; break;
                    case (int)DeviceOp.I64Eq: i32[fi + code[pc + 1]] = i64[li + code[pc + 2]] == i64[li + code[pc + 3]] ? 1 : 0; pc += 4; break;
                    case (int)DeviceOp.I64Ne: i32[fi + code[pc + 1]] = i64[li + code[pc + 2]] != i64[li + code[pc + 3]] ? 1 : 0; pc += 4; break;
                    case (int)DeviceOp.I64LtS: i32[fi + code[pc + 1]] = i64[li + code[pc + 2]] < i64[li + code[pc + 3]] ? 1 : 0; pc += 4; break;
                    case (int)DeviceOp.I64LtU: i32[fi + code[pc + 1]] = (ulong)i64[li + code[pc + 2]] < (ulong)i64[li + code[pc + 3]] ? 1 : 0; pc += 4; break;
                    case (int)DeviceOp.I64LeS: i32[fi + code[pc + 1]] = i64[li + code[pc + 2]] <= i64[li + code[pc + 3]] ? 1 : 0; pc += 4; break;
                    case (int)DeviceOp.I64LeU: i32[fi + code[pc + 1]] = (ulong)i64[li + code[pc + 2]] <= (ulong)i64[li + code[pc + 3]] ? 1 : 0; pc += 4; break;
                    case (int)DeviceOp.I64ExtendI32S: i64[li + code[pc + 1]] = i32[fi + code[pc + 2]]; pc += 3; break;
                    case (int)DeviceOp.I64ExtendI32U: i64[li + code[pc + 1]] = (uint)i32[fi + code[pc + 2]]; pc += 3; break;
                    case (int)DeviceOp.I32WrapI64: i32[fi + code[pc + 1]] = (int)i64[li + code[pc + 2]]; pc += 3; break;

                    // f64 arithmetic: dst, a, b; a NaN result is the canonical one.
                    case (int)DeviceOp.F64Add:
                        {
                            double r = f64[di + code[pc + 2]] + f64[di + code[pc + 3]];
                            if (r != r) r = nan;
                            f64[di + code[pc + 1]] = r;
                            pc += 4;
                            break;
                        }
                    case (int)DeviceOp.F64Sub:
                        {
                            double r = f64[di + code[pc + 2]] - f64[di + code[pc + 3]];
                            if (r != r) r = nan;
                            f64[di + code[pc + 1]] = r;
                            pc += 4;
                            break;
                        }
                    case (int)DeviceOp.F64Mul:
                        {
                            double r = f64[di + code[pc + 2]] * f64[di + code[pc + 3]];
                            if (r != r) r = nan;
                            f64[di + code[pc + 1]] = r;
                            pc += 4;
                            break;
                        }
                    case (int)DeviceOp.F64Div:
                        {
                            // nanoFramework throws on division by zero of either sign.
                            double divisor = f64[di + code[pc + 3]];
                            double r = divisor == 0 ? FloatOps.DivideByZero(f64[di + code[pc + 2]], divisor) : f64[di + code[pc + 2]] / divisor;
                            if (r != r) r = nan;
                            f64[di + code[pc + 1]] = r;
                            pc += 4;
                            break;
                        }
                    case (int)DeviceOp.F64Eq: i32[fi + code[pc + 1]] = f64[di + code[pc + 2]] == f64[di + code[pc + 3]] ? 1 : 0; pc += 4; break;
                    case (int)DeviceOp.F64Ne: i32[fi + code[pc + 1]] = f64[di + code[pc + 2]] != f64[di + code[pc + 3]] ? 1 : 0; pc += 4; break;
                    case (int)DeviceOp.F64Lt: i32[fi + code[pc + 1]] = f64[di + code[pc + 2]] < f64[di + code[pc + 3]] ? 1 : 0; pc += 4; break;
                    case (int)DeviceOp.F64Le: i32[fi + code[pc + 1]] = f64[di + code[pc + 2]] <= f64[di + code[pc + 3]] ? 1 : 0; pc += 4; break;
                    case (int)DeviceOp.F64ConvertI32S: f64[di + code[pc + 1]] = i32[fi + code[pc + 2]]; pc += 3; break;
                    case (int)DeviceOp.F64Sqrt:
                        {
                            double r = Math.Sqrt(f64[di + code[pc + 2]]);
                            if (r != r) r = nan;
                            f64[di + code[pc + 1]] = r;
                            pc += 3;
                            break;
                        }

                    // f32 arithmetic: dst, a, b; every result is rounded to single.
                    case (int)DeviceOp.F32Add:
                        {
                            float r = (float)(f32[si + code[pc + 2]] + f32[si + code[pc + 3]]);
                            if (r != r) r = (float)nan;
                            f32[si + code[pc + 1]] = r;
                            pc += 4;
                            break;
                        }
                    case (int)DeviceOp.F32Sub:
                        {
                            float r = (float)(f32[si + code[pc + 2]] - f32[si + code[pc + 3]]);
                            if (r != r) r = (float)nan;
                            f32[si + code[pc + 1]] = r;
                            pc += 4;
                            break;
                        }
                    case (int)DeviceOp.F32Mul:
                        {
                            float r = (float)(f32[si + code[pc + 2]] * f32[si + code[pc + 3]]);
                            if (r != r) r = (float)nan;
                            f32[si + code[pc + 1]] = r;
                            pc += 4;
                            break;
                        }

                    // loads and stores: value, address, offset; and with an index: value, base, index, offset.
                    case (int)DeviceOp.I32Load:
                        {
                            long at = (long)(uint)i32[fi + code[pc + 2]] + code[pc + 3];
                            if (at > memoryBytes - 4) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            int e = (int)at;
                            if ((e & 3) == 0) i32[fi + code[pc + 1]] = (int)(chunks[e >> LinearMemory.ChunkShift][(e >> 3) & LinearMemory.WordMask] >> ((e & 4) << 3));
                            else i32[fi + code[pc + 1]] = memory.LoadI32(e);
                            pc += 4;
                            break;
                        }
                    case (int)DeviceOp.F64Load:
                        {
                            long at = (long)(uint)i32[fi + code[pc + 2]] + code[pc + 3];
                            if (at > memoryBytes - 8) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            int e = (int)at;
                            if ((e & 7) == 0) f64[di + code[pc + 1]] = BitConverter.Int64BitsToDouble(chunks[e >> LinearMemory.ChunkShift][(e >> 3) & LinearMemory.WordMask]);
                            else f64[di + code[pc + 1]] = BitConverter.Int64BitsToDouble(memory.LoadI64(e));
                            pc += 4;
                            break;
                        }
                    case (int)DeviceOp.I64Load:
                        {
                            long at = (long)(uint)i32[fi + code[pc + 2]] + code[pc + 3];
                            if (at > memoryBytes - 8) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            int e = (int)at;
                            if ((e & 7) == 0) i64[li + code[pc + 1]] = chunks[e >> LinearMemory.ChunkShift][(e >> 3) & LinearMemory.WordMask];
                            else i64[li + code[pc + 1]] = memory.LoadI64(e);
                            pc += 4;
                            break;
                        }
                    case (int)DeviceOp.I32Load8U:
                        {
                            long at = (long)(uint)i32[fi + code[pc + 2]] + code[pc + 3];
                            if (at > memoryBytes - 1) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            int e = (int)at;
                            i32[fi + code[pc + 1]] = (int)(chunks[e >> LinearMemory.ChunkShift][(e >> 3) & LinearMemory.WordMask] >> ((e & 7) << 3)) & 0xFF;
                            pc += 4;
                            break;
                        }
                    case (int)DeviceOp.I32Load8S:
                        {
                            long at = (long)(uint)i32[fi + code[pc + 2]] + code[pc + 3];
                            if (at > memoryBytes - 1) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            int e = (int)at;
                            i32[fi + code[pc + 1]] = (sbyte)(chunks[e >> LinearMemory.ChunkShift][(e >> 3) & LinearMemory.WordMask] >> ((e & 7) << 3));
                            pc += 4;
                            break;
                        }
                    case (int)DeviceOp.I32LoadIndexed:
                        {
                            long at = (long)(uint)(i32[fi + code[pc + 2]] + (i32[fi + code[pc + 3]] << 2)) + code[pc + 4];
                            if (at > memoryBytes - 4) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            int e = (int)at;
                            if ((e & 3) == 0) i32[fi + code[pc + 1]] = (int)(chunks[e >> LinearMemory.ChunkShift][(e >> 3) & LinearMemory.WordMask] >> ((e & 4) << 3));
                            else i32[fi + code[pc + 1]] = memory.LoadI32(e);
                            pc += 5;
                            break;
                        }
                    case (int)DeviceOp.F64LoadIndexed:
                        {
                            long at = (long)(uint)(i32[fi + code[pc + 2]] + (i32[fi + code[pc + 3]] << 3)) + code[pc + 4];
                            if (at > memoryBytes - 8) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            int e = (int)at;
                            if ((e & 7) == 0) f64[di + code[pc + 1]] = BitConverter.Int64BitsToDouble(chunks[e >> LinearMemory.ChunkShift][(e >> 3) & LinearMemory.WordMask]);
                            else f64[di + code[pc + 1]] = BitConverter.Int64BitsToDouble(memory.LoadI64(e));
                            pc += 5;
                            break;
                        }
                    case (int)DeviceOp.I32Store:
                        {
                            long at = (long)(uint)i32[fi + code[pc + 2]] + code[pc + 3];
                            if (at > memoryBytes - 4) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            int e = (int)at;
                            if ((e & 3) != 0)
                            {
                                memory.StoreI32(e, i32[fi + code[pc + 1]]);
                                pc += 4;
                                break;
                            }

                            long[] chunk = chunks[e >> LinearMemory.ChunkShift];
                            if (chunk == zeros) chunk = memory.Touch(e);
                            int shift = (e & 4) << 3;
                            int word = (e >> 3) & LinearMemory.WordMask;
                            chunk[word] = (chunk[word] & ~(0xFFFFFFFFL << shift)) | ((long)(uint)i32[fi + code[pc + 1]] << shift);
                            pc += 4;
                            break;
                        }
                    case (int)DeviceOp.F64Store:
                        {
                            long at = (long)(uint)i32[fi + code[pc + 2]] + code[pc + 3];
                            if (at > memoryBytes - 8) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            int e = (int)at;
                            if ((e & 7) != 0)
                            {
                                memory.StoreI64(e, BitConverter.DoubleToInt64Bits(f64[di + code[pc + 1]]));
                                pc += 4;
                                break;
                            }

                            long[] chunk = chunks[e >> LinearMemory.ChunkShift];
                            if (chunk == zeros) chunk = memory.Touch(e);
                            chunk[(e >> 3) & LinearMemory.WordMask] = BitConverter.DoubleToInt64Bits(f64[di + code[pc + 1]]);
                            pc += 4;
                            break;
                        }
                    case (int)DeviceOp.I64Store:
                        {
                            long at = (long)(uint)i32[fi + code[pc + 2]] + code[pc + 3];
                            if (at > memoryBytes - 8) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            int e = (int)at;
                            if ((e & 7) != 0)
                            {
                                memory.StoreI64(e, i64[li + code[pc + 1]]);
                                pc += 4;
                                break;
                            }

                            long[] chunk = chunks[e >> LinearMemory.ChunkShift];
                            if (chunk == zeros) chunk = memory.Touch(e);
                            chunk[(e >> 3) & LinearMemory.WordMask] = i64[li + code[pc + 1]];
                            pc += 4;
                            break;
                        }
                    case (int)DeviceOp.I32Store8:
                        {
                            long at = (long)(uint)i32[fi + code[pc + 2]] + code[pc + 3];
                            if (at > memoryBytes - 1) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            int e = (int)at;
                            long[] chunk = chunks[e >> LinearMemory.ChunkShift];
                            if (chunk == zeros) chunk = memory.Touch(e);
                            int shift = (e & 7) << 3;
                            int word = (e >> 3) & LinearMemory.WordMask;
                            chunk[word] = (chunk[word] & ~(0xFFL << shift)) | ((long)(i32[fi + code[pc + 1]] & 0xFF) << shift);
                            pc += 4;
                            break;
                        }
                    case (int)DeviceOp.I32StoreIndexed:
                        {
                            long at = (long)(uint)(i32[fi + code[pc + 2]] + (i32[fi + code[pc + 3]] << 2)) + code[pc + 4];
                            if (at > memoryBytes - 4) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            int e = (int)at;
                            if ((e & 3) != 0)
                            {
                                memory.StoreI32(e, i32[fi + code[pc + 1]]);
                                pc += 5;
                                break;
                            }

                            long[] chunk = chunks[e >> LinearMemory.ChunkShift];
                            if (chunk == zeros) chunk = memory.Touch(e);
                            int shift = (e & 4) << 3;
                            int word = (e >> 3) & LinearMemory.WordMask;
                            chunk[word] = (chunk[word] & ~(0xFFFFFFFFL << shift)) | ((long)(uint)i32[fi + code[pc + 1]] << shift);
                            pc += 5;
                            break;
                        }
                    case (int)DeviceOp.F64StoreIndexed:
                        {
                            long at = (long)(uint)(i32[fi + code[pc + 2]] + (i32[fi + code[pc + 3]] << 3)) + code[pc + 4];
                            if (at > memoryBytes - 8) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            int e = (int)at;
                            if ((e & 7) != 0)
                            {
                                memory.StoreI64(e, BitConverter.DoubleToInt64Bits(f64[di + code[pc + 1]]));
                                pc += 5;
                                break;
                            }

                            long[] chunk = chunks[e >> LinearMemory.ChunkShift];
                            if (chunk == zeros) chunk = memory.Touch(e);
                            chunk[(e >> 3) & LinearMemory.WordMask] = BitConverter.DoubleToInt64Bits(f64[di + code[pc + 1]]);
                            pc += 5;
                            break;
                        }
                    case (int)DeviceOp.I32Load16S:
                        {
                            long at = (long)(uint)i32[fi + code[pc + 2]] + code[pc + 3];
                            if (at > memoryBytes - 2) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            int e = (int)at;
                            i32[fi + code[pc + 1]] = (short)memory.LoadU16(e);
                            pc += 4;
                            break;
                        }
                    case (int)DeviceOp.I32Load16U:
                        {
                            long at = (long)(uint)i32[fi + code[pc + 2]] + code[pc + 3];
                            if (at > memoryBytes - 2) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            int e = (int)at;
                            i32[fi + code[pc + 1]] = memory.LoadU16(e);
                            pc += 4;
                            break;
                        }
                    case (int)DeviceOp.I32Store16:
                        {
                            long at = (long)(uint)i32[fi + code[pc + 2]] + code[pc + 3];
                            if (at > memoryBytes - 2) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            int e = (int)at;
                            memory.StoreI16(e, i32[fi + code[pc + 1]]);
                            pc += 4;
                            break;
                        }
                    case (int)DeviceOp.F32Load:
                        {
                            long at = (long)(uint)i32[fi + code[pc + 2]] + code[pc + 3];
                            if (at > memoryBytes - 4) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            int e = (int)at;
                            f32[si + code[pc + 1]] = FloatOps.FromBits(memory.LoadI32(e));
                            pc += 4;
                            break;
                        }
                    case (int)DeviceOp.F32Store:
                        {
                            long at = (long)(uint)i32[fi + code[pc + 2]] + code[pc + 3];
                            if (at > memoryBytes - 4) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            int e = (int)at;
                            memory.StoreI32(e, FloatOps.ToBits(f32[si + code[pc + 1]]));
                            pc += 4;
                            break;
                        }
                    case (int)DeviceOp.I64Load8S:
                        {
                            long at = (long)(uint)i32[fi + code[pc + 2]] + code[pc + 3];
                            if (at > memoryBytes - 1) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            int e = (int)at;
                            i64[li + code[pc + 1]] = (sbyte)memory.LoadU8(e);
                            pc += 4;
                            break;
                        }
                    case (int)DeviceOp.I64Load8U:
                        {
                            long at = (long)(uint)i32[fi + code[pc + 2]] + code[pc + 3];
                            if (at > memoryBytes - 1) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            int e = (int)at;
                            i64[li + code[pc + 1]] = memory.LoadU8(e);
                            pc += 4;
                            break;
                        }
                    case (int)DeviceOp.I64Load16S:
                        {
                            long at = (long)(uint)i32[fi + code[pc + 2]] + code[pc + 3];
                            if (at > memoryBytes - 2) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            int e = (int)at;
                            i64[li + code[pc + 1]] = (short)memory.LoadU16(e);
                            pc += 4;
                            break;
                        }
                    case (int)DeviceOp.I64Load16U:
                        {
                            long at = (long)(uint)i32[fi + code[pc + 2]] + code[pc + 3];
                            if (at > memoryBytes - 2) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            int e = (int)at;
                            i64[li + code[pc + 1]] = memory.LoadU16(e);
                            pc += 4;
                            break;
                        }
                    case (int)DeviceOp.I64Load32S:
                        {
                            long at = (long)(uint)i32[fi + code[pc + 2]] + code[pc + 3];
                            if (at > memoryBytes - 4) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            int e = (int)at;
                            i64[li + code[pc + 1]] = memory.LoadI32(e);
                            pc += 4;
                            break;
                        }
                    case (int)DeviceOp.I64Load32U:
                        {
                            long at = (long)(uint)i32[fi + code[pc + 2]] + code[pc + 3];
                            if (at > memoryBytes - 4) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            int e = (int)at;
                            i64[li + code[pc + 1]] = (uint)memory.LoadI32(e);
                            pc += 4;
                            break;
                        }
                    case (int)DeviceOp.I64Store8:
                        {
                            long at = (long)(uint)i32[fi + code[pc + 2]] + code[pc + 3];
                            if (at > memoryBytes - 1) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            int e = (int)at;
                            memory.StoreI8(e, (int)i64[li + code[pc + 1]]);
                            pc += 4;
                            break;
                        }
                    case (int)DeviceOp.I64Store16:
                        {
                            long at = (long)(uint)i32[fi + code[pc + 2]] + code[pc + 3];
                            if (at > memoryBytes - 2) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            int e = (int)at;
                            memory.StoreI16(e, (int)i64[li + code[pc + 1]]);
                            pc += 4;
                            break;
                        }
                    case (int)DeviceOp.I64Store32:
                        {
                            long at = (long)(uint)i32[fi + code[pc + 2]] + code[pc + 3];
                            if (at > memoryBytes - 4) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            int e = (int)at;
                            memory.StoreI32(e, (int)i64[li + code[pc + 1]]);
                            pc += 4;
                            break;
                        }

                    case (int)DeviceOp.MemoryGrow:
                    case (int)DeviceOp.MemoryFill:
                    case (int)DeviceOp.MemoryCopy:
                    case (int)DeviceOp.MemoryInit:
                    case (int)DeviceOp.TableGrow:
                    case (int)DeviceOp.TableFill:
                    case (int)DeviceOp.TableCopy:
                    case (int)DeviceOp.TableInit:
                    {
                        sliceFuel = fuel;
                        int next = RunBulk(pc, fi);
                        fuel = sliceFuel;
                        chunks = memory.Chunks;
                        memoryBytes = memory.Bytes;
                        if (next < 0) { trap = -next; goto trapped; }
                        pc = next;
                        break;
                    }
                    default:
                    {
                        int next = RunSeldom(pc, fi, li, si, di);
                        if (next < 0) { trap = -next; goto trapped; }
                        pc = next;
                        break;
                    }
                }
            }

        prologue:
            if (fi + code[pc] > i32.Length || li + code[pc + 1] > i64.Length || si + code[pc + 2] > f32.Length || di + code[pc + 3] > f64.Length)
            {
                Save(pc, fi, li, si, di, fuel);
                Reserve(code[pc], code[pc + 1], code[pc + 2], code[pc + 3]);
                i32 = i32Registers;
                i64 = i64Registers;
                f32 = f32Registers;
                f64 = f64Registers;
            }

            pc += DeviceImage.PrologueCells;
            goto enter;

        trapped:
            Save(pc, fi, li, si, di, fuel);
            TrapAt((TrapCode)trap);
            return RunStatus.Trapped;
        }

        // Opens a frame that returns to a cell; false when the call depth is used up.
        private bool Push(int returnCell)
        {
            if (depth >= callDepthMax) return false;
            if (depth > returnCells.Length)
            {
                int[] grown = new int[returnCells.Length * 2];
                Array.Copy(returnCells, 0, grown, 0, returnCells.Length);
                returnCells = grown;
            }

            returnCells[depth - 1] = returnCell;
            depth++;
            return true;
        }

        private void Save(int pc, int fi, int li, int si, int di, int fuel)
        {
            cell = pc;
            i32Base = fi;
            i64Base = li;
            f32Base = si;
            f64Base = di;
            sliceFuel = fuel;
        }
    }
}
