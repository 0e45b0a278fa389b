using System;
using System.Runtime.CompilerServices;

namespace Fog.Wasm.Portable
{
    // The hot loop. What it needs at every instruction it keeps in locals: field access costs nanoFramework as much as
    // arithmetic. An instruction is one 64-bit cell w of four 16-bit fields, the opcode lowest; some take further cells.
    // While a case runs, pc is behind the first cell, and stays there until nothing can trap any more. A case ends with
    // break (next instruction), goto enter (a block begins at pc) or goto trapped.
    public sealed partial class Executor
    {
        // log2 of the words of a chunk.
        private const int WordShift = LinearMemory.ChunkShift - 3;

        // AggressiveOptimization, which nanoFramework has no name for: a host's first run is not to be its slowest.
        [MethodImpl((MethodImplOptions)512)]
        private RunStatus RunSlice()
        {
            long[] code = image.Code;
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
            int[] functionCells = image.FunctionCells;
            int[] returns = returnCells;
            int open = depth;
            int bottom = floor;
            int fuel = sliceFuel;
            int trap;
            int target;
            int type;
            double nan = FloatOps.CanonicalNaN;
            long w;

            goto enter;

        host:
            // Target is a function outside of the image, the cell at pc says how far the frame moves.
            Save(pc, fi, li, si, di, open, fuel);
            trap = CallHost(target, type, code[pc]);
            fuel = sliceFuel;
            i32 = i32Registers;
            i64 = i64Registers;
            f32 = f32Registers;
            f64 = f64Registers;
            chunks = memory.Chunks;
            memoryBytes = memory.Bytes;
            returns = returnCells;
            if (trap != (int)TrapCode.None) goto trapped;
            pc++;
            goto next;

        enter:
            // pc is at the cell of a block: all of its cost is taken, or nothing of it runs.
            int cost = DeviceImage.Cost(code[pc]);
            if (fuel < cost)
            {
                Save(pc, fi, li, si, di, open, fuel);
                return RunStatus.Stopped;
            }

            fuel -= cost;
            pc++;

        next:
            for (; ; )
            {
                w = code[pc++];
                switch ((int)w & 0xFFFF)
                {
                    case (int)DeviceOp.Block: pc--; goto enter;
                    case (int)DeviceOp.Unreachable: trap = (int)TrapCode.Unreachable; goto trapped;
                    case (int)DeviceOp.Call:
                        target = functionCells[(int)(w >> 16) & 0xFFFF];
                        goto call;
                    case (int)DeviceOp.CallImport:
                        type = -1;
                        target = (int)(w >> 16) & 0xFFFF;
                        goto host;
                    case (int)DeviceOp.CallIndirect:
                    {
                        int[] table = tables[(int)(w >> 32) & 0xFFFF].Elements;
                        int index = i32[fi + ((int)(w >> 48) & 0xFFFF)];
                        if ((uint)index >= (uint)table.Length) { trap = (int)TrapCode.UndefinedElement; goto trapped; }
                        int function = table[index];
                        if (function < 0) { trap = (int)TrapCode.UninitializedElement; goto trapped; }
                        function -= image.FirstFunction;
                        if ((uint)function >= (uint)functionCells.Length)
                        {
                            type = (int)(w >> 16) & 0xFFFF;
                            target = function + image.FirstFunction;
                            goto host;
                        }

                        if (image.FunctionTypes[function] != ((int)(w >> 16) & 0xFFFF)) { trap = (int)TrapCode.IndirectCallTypeMismatch; goto trapped; }
                        target = functionCells[function];
                        goto call;
                    }
                    case (int)DeviceOp.Return:
                        open--;
                        if (open == bottom)
                        {
                            Save(pc, fi, li, si, di, open, fuel);
                            return RunStatus.Returned;
                        }

                        pc = returns[open - 1];
                        w = code[pc - 1];
                        fi -= (int)w & 0xFFFF;
                        li -= (int)(w >> 16) & 0xFFFF;
                        si -= (int)(w >> 32) & 0xFFFF;
                        di -= (int)(w >> 48) & 0xFFFF;
                        break;
                    case (int)DeviceOp.BrTable:
                    {
                        int index = i32[fi + ((int)(w >> 16) & 0xFFFF)];
                        int count = (int)(w >> 32) & 0xFFFF;
                        if ((uint)index > (uint)count) index = count;
                        pc += (int)(code[pc + (index >> 1)] >> ((index & 1) << 5));
                        goto enter;
                    }

                    // I32 arithmetic: dst, a, b.
                    case (int)DeviceOp.I32Add: i32[fi + ((int)(w >> 16) & 0xFFFF)] = i32[fi + ((int)(w >> 32) & 0xFFFF)] + i32[fi + ((int)(w >> 48) & 0xFFFF)]; break;
                    case (int)DeviceOp.I32Sub: i32[fi + ((int)(w >> 16) & 0xFFFF)] = i32[fi + ((int)(w >> 32) & 0xFFFF)] - i32[fi + ((int)(w >> 48) & 0xFFFF)]; break;
                    case (int)DeviceOp.I32Mul: i32[fi + ((int)(w >> 16) & 0xFFFF)] = i32[fi + ((int)(w >> 32) & 0xFFFF)] * i32[fi + ((int)(w >> 48) & 0xFFFF)]; break;
                    case (int)DeviceOp.I32And: i32[fi + ((int)(w >> 16) & 0xFFFF)] = i32[fi + ((int)(w >> 32) & 0xFFFF)] & i32[fi + ((int)(w >> 48) & 0xFFFF)]; break;
                    case (int)DeviceOp.I32Or: i32[fi + ((int)(w >> 16) & 0xFFFF)] = i32[fi + ((int)(w >> 32) & 0xFFFF)] | i32[fi + ((int)(w >> 48) & 0xFFFF)]; break;
                    case (int)DeviceOp.I32Xor: i32[fi + ((int)(w >> 16) & 0xFFFF)] = i32[fi + ((int)(w >> 32) & 0xFFFF)] ^ i32[fi + ((int)(w >> 48) & 0xFFFF)]; break;
                    case (int)DeviceOp.I32Shl: i32[fi + ((int)(w >> 16) & 0xFFFF)] = i32[fi + ((int)(w >> 32) & 0xFFFF)] << (i32[fi + ((int)(w >> 48) & 0xFFFF)] & 31); break;
                    case (int)DeviceOp.I32ShrS: i32[fi + ((int)(w >> 16) & 0xFFFF)] = i32[fi + ((int)(w >> 32) & 0xFFFF)] >> (i32[fi + ((int)(w >> 48) & 0xFFFF)] & 31); break;
                    case (int)DeviceOp.I32ShrU: i32[fi + ((int)(w >> 16) & 0xFFFF)] = (int)((uint)i32[fi + ((int)(w >> 32) & 0xFFFF)] >> (i32[fi + ((int)(w >> 48) & 0xFFFF)] & 31)); break;

                    // I32 arithmetic: dst, a, signed immediate.
                    case (int)DeviceOp.I32AddImm: i32[fi + ((int)(w >> 16) & 0xFFFF)] = i32[fi + ((int)(w >> 32) & 0xFFFF)] + (int)(w >> 48); break;
                    case (int)DeviceOp.I32MulImm: i32[fi + ((int)(w >> 16) & 0xFFFF)] = i32[fi + ((int)(w >> 32) & 0xFFFF)] * (int)(w >> 48); break;
                    case (int)DeviceOp.I32AndImm: i32[fi + ((int)(w >> 16) & 0xFFFF)] = i32[fi + ((int)(w >> 32) & 0xFFFF)] & (int)(w >> 48); break;
                    case (int)DeviceOp.I32ShlImm: i32[fi + ((int)(w >> 16) & 0xFFFF)] = i32[fi + ((int)(w >> 32) & 0xFFFF)] << (int)(w >> 48); break;
                    case (int)DeviceOp.I32ShrSImm: i32[fi + ((int)(w >> 16) & 0xFFFF)] = i32[fi + ((int)(w >> 32) & 0xFFFF)] >> (int)(w >> 48); break;
                    case (int)DeviceOp.I32ShrUImm: i32[fi + ((int)(w >> 16) & 0xFFFF)] = (int)((uint)i32[fi + ((int)(w >> 32) & 0xFFFF)] >> (int)(w >> 48)); break;

                    // Dst, base, index; shift: base + (index << shift).
                    case (int)DeviceOp.I32AddScaled: i32[fi + ((int)(w >> 16) & 0xFFFF)] = i32[fi + ((int)(w >> 32) & 0xFFFF)] + (i32[fi + ((int)(w >> 48) & 0xFFFF)] << (int)code[pc++]); break;

                    // Dst, a, b; c: c + a * b.
                    case (int)DeviceOp.I32MulAdd: i32[fi + ((int)(w >> 16) & 0xFFFF)] = i32[fi + (int)code[pc]] + (i32[fi + ((int)(w >> 32) & 0xFFFF)] * i32[fi + ((int)(w >> 48) & 0xFFFF)]); pc++; break;

                    // I32 comparison: dst, a, b.
                    case (int)DeviceOp.I32Eq: i32[fi + ((int)(w >> 16) & 0xFFFF)] = i32[fi + ((int)(w >> 32) & 0xFFFF)] == i32[fi + ((int)(w >> 48) & 0xFFFF)] ? 1 : 0; break;
                    case (int)DeviceOp.I32Ne: i32[fi + ((int)(w >> 16) & 0xFFFF)] = i32[fi + ((int)(w >> 32) & 0xFFFF)] != i32[fi + ((int)(w >> 48) & 0xFFFF)] ? 1 : 0; break;
                    case (int)DeviceOp.I32LtS: i32[fi + ((int)(w >> 16) & 0xFFFF)] = i32[fi + ((int)(w >> 32) & 0xFFFF)] < i32[fi + ((int)(w >> 48) & 0xFFFF)] ? 1 : 0; break;
                    case (int)DeviceOp.I32LtU: i32[fi + ((int)(w >> 16) & 0xFFFF)] = (uint)i32[fi + ((int)(w >> 32) & 0xFFFF)] < (uint)i32[fi + ((int)(w >> 48) & 0xFFFF)] ? 1 : 0; break;
                    case (int)DeviceOp.I32LeS: i32[fi + ((int)(w >> 16) & 0xFFFF)] = i32[fi + ((int)(w >> 32) & 0xFFFF)] <= i32[fi + ((int)(w >> 48) & 0xFFFF)] ? 1 : 0; break;
                    case (int)DeviceOp.I32LeU: i32[fi + ((int)(w >> 16) & 0xFFFF)] = (uint)i32[fi + ((int)(w >> 32) & 0xFFFF)] <= (uint)i32[fi + ((int)(w >> 48) & 0xFFFF)] ? 1 : 0; break;
                    case (int)DeviceOp.I32Eqz: i32[fi + ((int)(w >> 16) & 0xFFFF)] = i32[fi + ((int)(w >> 32) & 0xFFFF)] == 0 ? 1 : 0; break;

                    // I32 division: dst, a, b.
                    case (int)DeviceOp.I32DivS:
                        {
                            int divisor = i32[fi + ((int)(w >> 48) & 0xFFFF)];
                            if (divisor == 0) { trap = (int)TrapCode.IntegerDivideByZero; goto trapped; }
                            int dividend = i32[fi + ((int)(w >> 32) & 0xFFFF)];
                            if (divisor == -1)
                            {
                                if (dividend == int.MinValue) { trap = (int)TrapCode.IntegerOverflow; goto trapped; }
                                i32[fi + ((int)(w >> 16) & 0xFFFF)] = -dividend;
                            }
                            else
                            {
                                i32[fi + ((int)(w >> 16) & 0xFFFF)] = dividend / divisor;
                            }

                            break;
                        }
                    case (int)DeviceOp.I32RemS:
                        {
                            int divisor = i32[fi + ((int)(w >> 48) & 0xFFFF)];
                            if (divisor == 0) { trap = (int)TrapCode.IntegerDivideByZero; goto trapped; }
                            int dividend = i32[fi + ((int)(w >> 32) & 0xFFFF)];
                            i32[fi + ((int)(w >> 16) & 0xFFFF)] = divisor == -1 ? 0 : dividend % divisor;
                            break;
                        }
                    case (int)DeviceOp.I32DivU:
                        {
                            int divisor = i32[fi + ((int)(w >> 48) & 0xFFFF)];
                            if (divisor == 0) { trap = (int)TrapCode.IntegerDivideByZero; goto trapped; }
                            i32[fi + ((int)(w >> 16) & 0xFFFF)] = (int)((uint)i32[fi + ((int)(w >> 32) & 0xFFFF)] / (uint)divisor);
                            break;
                        }
                    case (int)DeviceOp.I32RemU:
                        {
                            int divisor = i32[fi + ((int)(w >> 48) & 0xFFFF)];
                            if (divisor == 0) { trap = (int)TrapCode.IntegerDivideByZero; goto trapped; }
                            i32[fi + ((int)(w >> 16) & 0xFFFF)] = (int)((uint)i32[fi + ((int)(w >> 32) & 0xFFFF)] % (uint)divisor);
                            break;
                        }

                    // A branch to distance: to there, or to the block behind.
                    case (int)DeviceOp.Br: pc += (int)(w >> 32); goto enter;

                    // A, distance.
                    case (int)DeviceOp.BrIf: if (i32[fi + ((int)(w >> 16) & 0xFFFF)] != 0) pc += (int)(w >> 32); goto enter;
                    case (int)DeviceOp.BrIfNot: if (i32[fi + ((int)(w >> 16) & 0xFFFF)] == 0) pc += (int)(w >> 32); goto enter;

                    // A, b, distance.
                    case (int)DeviceOp.BrI32Eq: if (i32[fi + ((int)(w >> 16) & 0xFFFF)] == i32[fi + ((int)(w >> 32) & 0xFFFF)]) pc += (int)(w >> 48); goto enter;
                    case (int)DeviceOp.BrI32Ne: if (i32[fi + ((int)(w >> 16) & 0xFFFF)] != i32[fi + ((int)(w >> 32) & 0xFFFF)]) pc += (int)(w >> 48); goto enter;
                    case (int)DeviceOp.BrI32LtS: if (i32[fi + ((int)(w >> 16) & 0xFFFF)] < i32[fi + ((int)(w >> 32) & 0xFFFF)]) pc += (int)(w >> 48); goto enter;
                    case (int)DeviceOp.BrI32GeS: if (i32[fi + ((int)(w >> 16) & 0xFFFF)] >= i32[fi + ((int)(w >> 32) & 0xFFFF)]) pc += (int)(w >> 48); goto enter;
                    case (int)DeviceOp.BrI32LtU: if ((uint)i32[fi + ((int)(w >> 16) & 0xFFFF)] < (uint)i32[fi + ((int)(w >> 32) & 0xFFFF)]) pc += (int)(w >> 48); goto enter;
                    case (int)DeviceOp.BrI32GeU: if ((uint)i32[fi + ((int)(w >> 16) & 0xFFFF)] >= (uint)i32[fi + ((int)(w >> 32) & 0xFFFF)]) pc += (int)(w >> 48); goto enter;

                    // A, signed immediate, distance.
                    case (int)DeviceOp.BrI32EqImm: if (i32[fi + ((int)(w >> 16) & 0xFFFF)] == (short)(w >> 32)) pc += (int)(w >> 48); goto enter;
                    case (int)DeviceOp.BrI32NeImm: if (i32[fi + ((int)(w >> 16) & 0xFFFF)] != (short)(w >> 32)) pc += (int)(w >> 48); goto enter;
                    case (int)DeviceOp.BrI32LtSImm: if (i32[fi + ((int)(w >> 16) & 0xFFFF)] < (short)(w >> 32)) pc += (int)(w >> 48); goto enter;
                    case (int)DeviceOp.BrI32GeSImm: if (i32[fi + ((int)(w >> 16) & 0xFFFF)] >= (short)(w >> 32)) pc += (int)(w >> 48); goto enter;
                    case (int)DeviceOp.BrI32GtSImm: if (i32[fi + ((int)(w >> 16) & 0xFFFF)] > (short)(w >> 32)) pc += (int)(w >> 48); goto enter;
                    case (int)DeviceOp.BrI32LeSImm: if (i32[fi + ((int)(w >> 16) & 0xFFFF)] <= (short)(w >> 32)) pc += (int)(w >> 48); goto enter;
                    case (int)DeviceOp.BrI32LtUImm: if ((uint)i32[fi + ((int)(w >> 16) & 0xFFFF)] < (uint)(short)(w >> 32)) pc += (int)(w >> 48); goto enter;
                    case (int)DeviceOp.BrI32GeUImm: if ((uint)i32[fi + ((int)(w >> 16) & 0xFFFF)] >= (uint)(short)(w >> 32)) pc += (int)(w >> 48); goto enter;

                    // A, b or immediate, signed step; distance: a += step, then the branch; the turn of a loop.
                    case (int)DeviceOp.StepBrLtS:
                        {
                            int counter = i32[fi + ((int)(w >> 16) & 0xFFFF)] + (int)(w >> 48);
                            i32[fi + ((int)(w >> 16) & 0xFFFF)] = counter;
                            if (counter < i32[fi + ((int)(w >> 32) & 0xFFFF)]) pc += (int)code[pc];
                            else pc++;
                            goto enter;
                        }
                    case (int)DeviceOp.StepBrLtSImm:
                        {
                            int counter = i32[fi + ((int)(w >> 16) & 0xFFFF)] + (int)(w >> 48);
                            i32[fi + ((int)(w >> 16) & 0xFFFF)] = counter;
                            if (counter < (short)(w >> 32)) pc += (int)code[pc];
                            else pc++;
                            goto enter;
                        }
                    case (int)DeviceOp.StepBrLtU:
                        {
                            int counter = i32[fi + ((int)(w >> 16) & 0xFFFF)] + (int)(w >> 48);
                            i32[fi + ((int)(w >> 16) & 0xFFFF)] = counter;
                            if ((uint)counter < (uint)i32[fi + ((int)(w >> 32) & 0xFFFF)]) pc += (int)code[pc];
                            else pc++;
                            goto enter;
                        }
                    case (int)DeviceOp.StepBrNe:
                        {
                            int counter = i32[fi + ((int)(w >> 16) & 0xFFFF)] + (int)(w >> 48);
                            i32[fi + ((int)(w >> 16) & 0xFFFF)] = counter;
                            if (counter != i32[fi + ((int)(w >> 32) & 0xFFFF)]) pc += (int)code[pc];
                            else pc++;
                            goto enter;
                        }

                    // A, b, distance.
                    case (int)DeviceOp.BrI64Eq: if (i64[li + ((int)(w >> 16) & 0xFFFF)] == i64[li + ((int)(w >> 32) & 0xFFFF)]) pc += (int)(w >> 48); goto enter;
                    case (int)DeviceOp.BrI64Ne: if (i64[li + ((int)(w >> 16) & 0xFFFF)] != i64[li + ((int)(w >> 32) & 0xFFFF)]) pc += (int)(w >> 48); goto enter;
                    case (int)DeviceOp.BrI64LtS: if (i64[li + ((int)(w >> 16) & 0xFFFF)] < i64[li + ((int)(w >> 32) & 0xFFFF)]) pc += (int)(w >> 48); goto enter;
                    case (int)DeviceOp.BrI64GeS: if (i64[li + ((int)(w >> 16) & 0xFFFF)] >= i64[li + ((int)(w >> 32) & 0xFFFF)]) pc += (int)(w >> 48); goto enter;
                    case (int)DeviceOp.BrI64LtU: if ((ulong)i64[li + ((int)(w >> 16) & 0xFFFF)] < (ulong)i64[li + ((int)(w >> 32) & 0xFFFF)]) pc += (int)(w >> 48); goto enter;
                    case (int)DeviceOp.BrI64GeU: if ((ulong)i64[li + ((int)(w >> 16) & 0xFFFF)] >= (ulong)i64[li + ((int)(w >> 32) & 0xFFFF)]) pc += (int)(w >> 48); goto enter;

                    // A, b, distance. Floating point is compared by <, <=, == and != only: nanoFramework takes NaN > x for true.
                    case (int)DeviceOp.BrF64Eq: if (f64[di + ((int)(w >> 16) & 0xFFFF)] == f64[di + ((int)(w >> 32) & 0xFFFF)]) pc += (int)(w >> 48); goto enter;
                    case (int)DeviceOp.BrF64Ne: if (f64[di + ((int)(w >> 16) & 0xFFFF)] != f64[di + ((int)(w >> 32) & 0xFFFF)]) pc += (int)(w >> 48); goto enter;
                    case (int)DeviceOp.BrF64Lt: if (f64[di + ((int)(w >> 16) & 0xFFFF)] < f64[di + ((int)(w >> 32) & 0xFFFF)]) pc += (int)(w >> 48); goto enter;
                    case (int)DeviceOp.BrF64Le: if (f64[di + ((int)(w >> 16) & 0xFFFF)] <= f64[di + ((int)(w >> 32) & 0xFFFF)]) pc += (int)(w >> 48); goto enter;
                    case (int)DeviceOp.BrF64NotLt: if (!(f64[di + ((int)(w >> 16) & 0xFFFF)] < f64[di + ((int)(w >> 32) & 0xFFFF)])) pc += (int)(w >> 48); goto enter;
                    case (int)DeviceOp.BrF64NotLe: if (!(f64[di + ((int)(w >> 16) & 0xFFFF)] <= f64[di + ((int)(w >> 32) & 0xFFFF)])) pc += (int)(w >> 48); goto enter;

                    // Traps as unreachable does: a; a; a, b.
                    case (int)DeviceOp.TrapIf: if (i32[fi + ((int)(w >> 16) & 0xFFFF)] == 0) break; trap = (int)TrapCode.Unreachable; goto trapped;
                    case (int)DeviceOp.TrapIfNot: if (i32[fi + ((int)(w >> 16) & 0xFFFF)] != 0) break; trap = (int)TrapCode.Unreachable; goto trapped;
                    case (int)DeviceOp.TrapIfGeU: if ((uint)i32[fi + ((int)(w >> 16) & 0xFFFF)] < (uint)i32[fi + ((int)(w >> 32) & 0xFFFF)]) break; trap = (int)TrapCode.Unreachable; goto trapped;

                    // Dst, a; constants: dst, 32 bits.
                    case (int)DeviceOp.MoveI32: i32[fi + ((int)(w >> 16) & 0xFFFF)] = i32[fi + ((int)(w >> 32) & 0xFFFF)]; break;
                    case (int)DeviceOp.MoveI64: i64[li + ((int)(w >> 16) & 0xFFFF)] = i64[li + ((int)(w >> 32) & 0xFFFF)]; break;
                    case (int)DeviceOp.MoveF32: f32[si + ((int)(w >> 16) & 0xFFFF)] = f32[si + ((int)(w >> 32) & 0xFFFF)]; break;
                    case (int)DeviceOp.MoveF64: f64[di + ((int)(w >> 16) & 0xFFFF)] = f64[di + ((int)(w >> 32) & 0xFFFF)]; break;
                    case (int)DeviceOp.I32Const: i32[fi + ((int)(w >> 16) & 0xFFFF)] = (int)(w >> 32); break;

                    // Dst, global; global, a.
                    case (int)DeviceOp.GlobalGetI32: i32[fi + ((int)(w >> 16) & 0xFFFF)] = i32[((int)(w >> 32) & 0xFFFF)]; break;
                    case (int)DeviceOp.GlobalSetI32: i32[((int)(w >> 16) & 0xFFFF)] = i32[fi + ((int)(w >> 32) & 0xFFFF)]; break;

                    // Dst, condition, a; b.
                    case (int)DeviceOp.SelectI32: i32[fi + ((int)(w >> 16) & 0xFFFF)] = i32[fi + ((int)(w >> 32) & 0xFFFF)] != 0 ? i32[fi + ((int)(w >> 48) & 0xFFFF)] : i32[fi + (int)code[pc]]; pc++; break;
                    case (int)DeviceOp.SelectF64: f64[di + ((int)(w >> 16) & 0xFFFF)] = i32[fi + ((int)(w >> 32) & 0xFFFF)] != 0 ? f64[di + ((int)(w >> 48) & 0xFFFF)] : f64[di + (int)code[pc]]; pc++; break;

                    // I64: dst, a, b.
                    case (int)DeviceOp.I64Add: i64[li + ((int)(w >> 16) & 0xFFFF)] = i64[li + ((int)(w >> 32) & 0xFFFF)] + i64[li + ((int)(w >> 48) & 0xFFFF)]; break;
                    case (int)DeviceOp.I64Sub: i64[li + ((int)(w >> 16) & 0xFFFF)] = i64[li + ((int)(w >> 32) & 0xFFFF)] - i64[li + ((int)(w >> 48) & 0xFFFF)]; break;
                    case (int)DeviceOp.I64Mul: i64[li + ((int)(w >> 16) & 0xFFFF)] = i64[li + ((int)(w >> 32) & 0xFFFF)] * i64[li + ((int)(w >> 48) & 0xFFFF)]; break;
                    case (int)DeviceOp.I64And: i64[li + ((int)(w >> 16) & 0xFFFF)] = i64[li + ((int)(w >> 32) & 0xFFFF)] & i64[li + ((int)(w >> 48) & 0xFFFF)]; break;
                    case (int)DeviceOp.I64Or: i64[li + ((int)(w >> 16) & 0xFFFF)] = i64[li + ((int)(w >> 32) & 0xFFFF)] | i64[li + ((int)(w >> 48) & 0xFFFF)]; break;
                    case (int)DeviceOp.I64Xor: i64[li + ((int)(w >> 16) & 0xFFFF)] = i64[li + ((int)(w >> 32) & 0xFFFF)] ^ i64[li + ((int)(w >> 48) & 0xFFFF)]; break;
                    case (int)DeviceOp.I64Shl: i64[li + ((int)(w >> 16) & 0xFFFF)] = i64[li + ((int)(w >> 32) & 0xFFFF)] << ((int)i64[li + ((int)(w >> 48) & 0xFFFF)] & 63); break;
                    case (int)DeviceOp.I64ShrS: i64[li + ((int)(w >> 16) & 0xFFFF)] = i64[li + ((int)(w >> 32) & 0xFFFF)] >> ((int)i64[li + ((int)(w >> 48) & 0xFFFF)] & 63); break;
                    case (int)DeviceOp.I64ShrU: i64[li + ((int)(w >> 16) & 0xFFFF)] = (long)((ulong)i64[li + ((int)(w >> 32) & 0xFFFF)] >> ((int)i64[li + ((int)(w >> 48) & 0xFFFF)] & 63)); break;
                    case (int)DeviceOp.I64Eq: i32[fi + ((int)(w >> 16) & 0xFFFF)] = i64[li + ((int)(w >> 32) & 0xFFFF)] == i64[li + ((int)(w >> 48) & 0xFFFF)] ? 1 : 0; break;
                    case (int)DeviceOp.I64Ne: i32[fi + ((int)(w >> 16) & 0xFFFF)] = i64[li + ((int)(w >> 32) & 0xFFFF)] != i64[li + ((int)(w >> 48) & 0xFFFF)] ? 1 : 0; break;
                    case (int)DeviceOp.I64LtS: i32[fi + ((int)(w >> 16) & 0xFFFF)] = i64[li + ((int)(w >> 32) & 0xFFFF)] < i64[li + ((int)(w >> 48) & 0xFFFF)] ? 1 : 0; break;
                    case (int)DeviceOp.I64LtU: i32[fi + ((int)(w >> 16) & 0xFFFF)] = (ulong)i64[li + ((int)(w >> 32) & 0xFFFF)] < (ulong)i64[li + ((int)(w >> 48) & 0xFFFF)] ? 1 : 0; break;
                    case (int)DeviceOp.I64LeS: i32[fi + ((int)(w >> 16) & 0xFFFF)] = i64[li + ((int)(w >> 32) & 0xFFFF)] <= i64[li + ((int)(w >> 48) & 0xFFFF)] ? 1 : 0; break;
                    case (int)DeviceOp.I64LeU: i32[fi + ((int)(w >> 16) & 0xFFFF)] = (ulong)i64[li + ((int)(w >> 32) & 0xFFFF)] <= (ulong)i64[li + ((int)(w >> 48) & 0xFFFF)] ? 1 : 0; break;

                    // Dst, a.
                    case (int)DeviceOp.I64ExtendI32S: i64[li + ((int)(w >> 16) & 0xFFFF)] = i32[fi + ((int)(w >> 32) & 0xFFFF)]; break;
                    case (int)DeviceOp.I64ExtendI32U: i64[li + ((int)(w >> 16) & 0xFFFF)] = (uint)i32[fi + ((int)(w >> 32) & 0xFFFF)]; break;
                    case (int)DeviceOp.I32WrapI64: i32[fi + ((int)(w >> 16) & 0xFFFF)] = (int)i64[li + ((int)(w >> 32) & 0xFFFF)]; break;

                    // F64: dst, a, b; a NaN result is the canonical one.
                    case (int)DeviceOp.F64Add:
                        {
                            double r = f64[di + ((int)(w >> 32) & 0xFFFF)] + f64[di + ((int)(w >> 48) & 0xFFFF)];
                            f64[di + ((int)(w >> 16) & 0xFFFF)] = r;
                            if (r != r) f64[di + ((int)(w >> 16) & 0xFFFF)] = nan;
                            break;
                        }
                    case (int)DeviceOp.F64Sub:
                        {
                            double r = f64[di + ((int)(w >> 32) & 0xFFFF)] - f64[di + ((int)(w >> 48) & 0xFFFF)];
                            f64[di + ((int)(w >> 16) & 0xFFFF)] = r;
                            if (r != r) f64[di + ((int)(w >> 16) & 0xFFFF)] = nan;
                            break;
                        }
                    case (int)DeviceOp.F64Mul:
                        {
                            double r = f64[di + ((int)(w >> 32) & 0xFFFF)] * f64[di + ((int)(w >> 48) & 0xFFFF)];
                            f64[di + ((int)(w >> 16) & 0xFFFF)] = r;
                            if (r != r) f64[di + ((int)(w >> 16) & 0xFFFF)] = nan;
                            break;
                        }
                    case (int)DeviceOp.F64Div:
                        {
                            // nanoFramework throws on division by zero of either sign.
                            double divisor = f64[di + ((int)(w >> 48) & 0xFFFF)];
                            double r = divisor == 0 ? FloatOps.DivideByZero(f64[di + ((int)(w >> 32) & 0xFFFF)], divisor) : f64[di + ((int)(w >> 32) & 0xFFFF)] / divisor;
                            f64[di + ((int)(w >> 16) & 0xFFFF)] = r;
                            if (r != r) f64[di + ((int)(w >> 16) & 0xFFFF)] = nan;
                            break;
                        }
                    case (int)DeviceOp.F64Eq: i32[fi + ((int)(w >> 16) & 0xFFFF)] = f64[di + ((int)(w >> 32) & 0xFFFF)] == f64[di + ((int)(w >> 48) & 0xFFFF)] ? 1 : 0; break;
                    case (int)DeviceOp.F64Ne: i32[fi + ((int)(w >> 16) & 0xFFFF)] = f64[di + ((int)(w >> 32) & 0xFFFF)] != f64[di + ((int)(w >> 48) & 0xFFFF)] ? 1 : 0; break;
                    case (int)DeviceOp.F64Lt: i32[fi + ((int)(w >> 16) & 0xFFFF)] = f64[di + ((int)(w >> 32) & 0xFFFF)] < f64[di + ((int)(w >> 48) & 0xFFFF)] ? 1 : 0; break;
                    case (int)DeviceOp.F64Le: i32[fi + ((int)(w >> 16) & 0xFFFF)] = f64[di + ((int)(w >> 32) & 0xFFFF)] <= f64[di + ((int)(w >> 48) & 0xFFFF)] ? 1 : 0; break;

                    // Dst, a, b; c: two roundings, c + a * b, c - a * b, a * b - c.
                    case (int)DeviceOp.F64MulAdd:
                        {
                            double product = f64[di + ((int)(w >> 32) & 0xFFFF)] * f64[di + ((int)(w >> 48) & 0xFFFF)];
                            double r = f64[di + (int)code[pc]] + product;
                            f64[di + ((int)(w >> 16) & 0xFFFF)] = r;
                            if (r != r) f64[di + ((int)(w >> 16) & 0xFFFF)] = nan;
                            pc++;
                            break;
                        }
                    case (int)DeviceOp.F64MulSub:
                        {
                            double product = f64[di + ((int)(w >> 32) & 0xFFFF)] * f64[di + ((int)(w >> 48) & 0xFFFF)];
                            double r = f64[di + (int)code[pc]] - product;
                            f64[di + ((int)(w >> 16) & 0xFFFF)] = r;
                            if (r != r) f64[di + ((int)(w >> 16) & 0xFFFF)] = nan;
                            pc++;
                            break;
                        }
                    case (int)DeviceOp.F64MulSubFrom:
                        {
                            double product = f64[di + ((int)(w >> 32) & 0xFFFF)] * f64[di + ((int)(w >> 48) & 0xFFFF)];
                            double r = product - f64[di + (int)code[pc]];
                            f64[di + ((int)(w >> 16) & 0xFFFF)] = r;
                            if (r != r) f64[di + ((int)(w >> 16) & 0xFFFF)] = nan;
                            pc++;
                            break;
                        }

                    // A constant: dst, a; bits: a + c, c - a, a * c, a / c; dst, a, b; bits: c + a * b, two roundings.
                    case (int)DeviceOp.F64AddConst:
                        {
                            double r = f64[di + ((int)(w >> 32) & 0xFFFF)] + BitConverter.Int64BitsToDouble(code[pc]);
                            f64[di + ((int)(w >> 16) & 0xFFFF)] = r;
                            if (r != r) f64[di + ((int)(w >> 16) & 0xFFFF)] = nan;
                            pc++;
                            break;
                        }
                    case (int)DeviceOp.F64ConstSub:
                        {
                            double r = BitConverter.Int64BitsToDouble(code[pc]) - f64[di + ((int)(w >> 32) & 0xFFFF)];
                            f64[di + ((int)(w >> 16) & 0xFFFF)] = r;
                            if (r != r) f64[di + ((int)(w >> 16) & 0xFFFF)] = nan;
                            pc++;
                            break;
                        }
                    case (int)DeviceOp.F64MulConst:
                        {
                            double r = f64[di + ((int)(w >> 32) & 0xFFFF)] * BitConverter.Int64BitsToDouble(code[pc]);
                            f64[di + ((int)(w >> 16) & 0xFFFF)] = r;
                            if (r != r) f64[di + ((int)(w >> 16) & 0xFFFF)] = nan;
                            pc++;
                            break;
                        }
                    // No constant zero divides.
                    case (int)DeviceOp.F64DivConst:
                        {
                            double r = f64[di + ((int)(w >> 32) & 0xFFFF)] / BitConverter.Int64BitsToDouble(code[pc]);
                            f64[di + ((int)(w >> 16) & 0xFFFF)] = r;
                            if (r != r) f64[di + ((int)(w >> 16) & 0xFFFF)] = nan;
                            pc++;
                            break;
                        }
                    case (int)DeviceOp.F64MulAddConst:
                        {
                            double product = f64[di + ((int)(w >> 32) & 0xFFFF)] * f64[di + ((int)(w >> 48) & 0xFFFF)];
                            double r = BitConverter.Int64BitsToDouble(code[pc]) + product;
                            f64[di + ((int)(w >> 16) & 0xFFFF)] = r;
                            if (r != r) f64[di + ((int)(w >> 16) & 0xFFFF)] = nan;
                            pc++;
                            break;
                        }

                    // Dst, a.
                    case (int)DeviceOp.F64ConvertI32S: f64[di + ((int)(w >> 16) & 0xFFFF)] = i32[fi + ((int)(w >> 32) & 0xFFFF)]; break;
                    case (int)DeviceOp.F64Sqrt:
                        {
                            double r = Math.Sqrt(f64[di + ((int)(w >> 32) & 0xFFFF)]);
                            f64[di + ((int)(w >> 16) & 0xFFFF)] = r;
                            if (r != r) f64[di + ((int)(w >> 16) & 0xFFFF)] = nan;
                            break;
                        }
                    case (int)DeviceOp.F64Abs: f64[di + ((int)(w >> 16) & 0xFFFF)] = FloatOps.Absolute(f64[di + ((int)(w >> 32) & 0xFFFF)]); break;
                    case (int)DeviceOp.F64Neg: f64[di + ((int)(w >> 16) & 0xFFFF)] = FloatOps.Negate(f64[di + ((int)(w >> 32) & 0xFFFF)]); break;

                    // F32: dst, a, b; every result is rounded to single.
                    case (int)DeviceOp.F32Add:
                        {
                            float r = (float)(f32[si + ((int)(w >> 32) & 0xFFFF)] + f32[si + ((int)(w >> 48) & 0xFFFF)]);
                            f32[si + ((int)(w >> 16) & 0xFFFF)] = r == r ? r : (float)nan;
                            break;
                        }
                    case (int)DeviceOp.F32Sub:
                        {
                            float r = (float)(f32[si + ((int)(w >> 32) & 0xFFFF)] - f32[si + ((int)(w >> 48) & 0xFFFF)]);
                            f32[si + ((int)(w >> 16) & 0xFFFF)] = r == r ? r : (float)nan;
                            break;
                        }
                    case (int)DeviceOp.F32Mul:
                        {
                            float r = (float)(f32[si + ((int)(w >> 32) & 0xFFFF)] * f32[si + ((int)(w >> 48) & 0xFFFF)]);
                            f32[si + ((int)(w >> 16) & 0xFFFF)] = r == r ? r : (float)nan;
                            break;
                        }

                    // Loads: dst, address, offset.
                    case (int)DeviceOp.I32Load:
                        {
                            long at = (long)(uint)i32[fi + ((int)(w >> 32) & 0xFFFF)] + ((int)(w >> 48) & 0xFFFF);
                            if (at > memoryBytes - 4) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            int e = (int)at;
                            if ((e & 3) == 0) i32[fi + ((int)(w >> 16) & 0xFFFF)] = (int)(chunks[e >> LinearMemory.ChunkShift][(e >> 3) & LinearMemory.WordMask] >> ((e & 4) << 3));
                            else i32[fi + ((int)(w >> 16) & 0xFFFF)] = memory.LoadI32(e);
                            break;
                        }
                    case (int)DeviceOp.F64Load:
                        {
                            long at = (long)(uint)i32[fi + ((int)(w >> 32) & 0xFFFF)] + ((int)(w >> 48) & 0xFFFF);
                            if (at > memoryBytes - 8) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            int e = (int)at;
                            if ((e & 7) == 0) f64[di + ((int)(w >> 16) & 0xFFFF)] = BitConverter.Int64BitsToDouble(chunks[e >> LinearMemory.ChunkShift][(e >> 3) & LinearMemory.WordMask]);
                            else f64[di + ((int)(w >> 16) & 0xFFFF)] = BitConverter.Int64BitsToDouble(memory.LoadI64(e));
                            break;
                        }
                    case (int)DeviceOp.I64Load:
                        {
                            long at = (long)(uint)i32[fi + ((int)(w >> 32) & 0xFFFF)] + ((int)(w >> 48) & 0xFFFF);
                            if (at > memoryBytes - 8) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            int e = (int)at;
                            if ((e & 7) == 0) i64[li + ((int)(w >> 16) & 0xFFFF)] = chunks[e >> LinearMemory.ChunkShift][(e >> 3) & LinearMemory.WordMask];
                            else i64[li + ((int)(w >> 16) & 0xFFFF)] = memory.LoadI64(e);
                            break;
                        }
                    case (int)DeviceOp.I32Load8U:
                        {
                            long at = (long)(uint)i32[fi + ((int)(w >> 32) & 0xFFFF)] + ((int)(w >> 48) & 0xFFFF);
                            if (at > memoryBytes - 1) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            int e = (int)at;
                            i32[fi + ((int)(w >> 16) & 0xFFFF)] = (int)(chunks[e >> LinearMemory.ChunkShift][(e >> 3) & LinearMemory.WordMask] >> ((e & 7) << 3)) & 0xFF;
                            break;
                        }
                    case (int)DeviceOp.I32Load8S:
                        {
                            long at = (long)(uint)i32[fi + ((int)(w >> 32) & 0xFFFF)] + ((int)(w >> 48) & 0xFFFF);
                            if (at > memoryBytes - 1) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            int e = (int)at;
                            i32[fi + ((int)(w >> 16) & 0xFFFF)] = (sbyte)(chunks[e >> LinearMemory.ChunkShift][(e >> 3) & LinearMemory.WordMask] >> ((e & 7) << 3));
                            break;
                        }

                    // Dst, base, index; offset: from base + (index << width).
                    case (int)DeviceOp.I32LoadIndexed:
                        {
                            long at = (long)(uint)(i32[fi + ((int)(w >> 32) & 0xFFFF)] + (i32[fi + ((int)(w >> 48) & 0xFFFF)] << 2)) + (uint)code[pc];
                            if (at > memoryBytes - 4) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            int e = (int)at;
                            if ((e & 3) == 0) i32[fi + ((int)(w >> 16) & 0xFFFF)] = (int)(chunks[e >> LinearMemory.ChunkShift][(e >> 3) & LinearMemory.WordMask] >> ((e & 4) << 3));
                            else i32[fi + ((int)(w >> 16) & 0xFFFF)] = memory.LoadI32(e);
                            pc++;
                            break;
                        }
                    case (int)DeviceOp.F64LoadIndexed:
                        {
                            long at = (long)(uint)(i32[fi + ((int)(w >> 32) & 0xFFFF)] + (i32[fi + ((int)(w >> 48) & 0xFFFF)] << 3)) + (uint)code[pc];
                            if (at > memoryBytes - 8) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            int e = (int)at;
                            if ((e & 7) == 0) f64[di + ((int)(w >> 16) & 0xFFFF)] = BitConverter.Int64BitsToDouble(chunks[e >> LinearMemory.ChunkShift][(e >> 3) & LinearMemory.WordMask]);
                            else f64[di + ((int)(w >> 16) & 0xFFFF)] = BitConverter.Int64BitsToDouble(memory.LoadI64(e));
                            pc++;
                            break;
                        }

                    // An element of an array: dst, base, index. An address turned right by the width is a word's number, and a
                    // huge one when it is not aligned: one comparison sends both that and the outside to the slower way.
                    case (int)DeviceOp.I32LoadChecked:
                        {
                            int b = fi + ((int)(w >> 32) & 0xFFFF);
                            int index = i32[fi + ((int)(w >> 48) & 0xFFFF)];
                            if ((uint)index >= (uint)i32[b + 1]) { trap = (int)TrapCode.Unreachable; goto trapped; }
                            int e = i32[b] + (index << 2);
                            uint word = ((uint)e >> 2) | ((uint)e << 30);
                            if ((word >> (WordShift + 1)) < (uint)chunks.Length) i32[fi + ((int)(w >> 16) & 0xFFFF)] = (int)(chunks[(int)(word >> (WordShift + 1))][(int)(word >> 1) & LinearMemory.WordMask] >> (int)((word & 1) << 5));
                            else if ((long)(uint)e > memoryBytes - 4) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            else i32[fi + ((int)(w >> 16) & 0xFFFF)] = memory.LoadI32(e);
                            break;
                        }
                    case (int)DeviceOp.F64LoadChecked:
                        {
                            int b = fi + ((int)(w >> 32) & 0xFFFF);
                            int index = i32[fi + ((int)(w >> 48) & 0xFFFF)];
                            if ((uint)index >= (uint)i32[b + 1]) { trap = (int)TrapCode.Unreachable; goto trapped; }
                            int e = i32[b] + (index << 3);
                            uint word = ((uint)e >> 3) | ((uint)e << 29);
                            if ((word >> WordShift) < (uint)chunks.Length) f64[di + ((int)(w >> 16) & 0xFFFF)] = BitConverter.Int64BitsToDouble(chunks[(int)(word >> WordShift)][(int)word & LinearMemory.WordMask]);
                            else if ((long)(uint)e > memoryBytes - 8) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            else f64[di + ((int)(w >> 16) & 0xFFFF)] = BitConverter.Int64BitsToDouble(memory.LoadI64(e));
                            break;
                        }
                    case (int)DeviceOp.I32Load8UChecked:
                        {
                            int b = fi + ((int)(w >> 32) & 0xFFFF);
                            int index = i32[fi + ((int)(w >> 48) & 0xFFFF)];
                            if ((uint)index >= (uint)i32[b + 1]) { trap = (int)TrapCode.Unreachable; goto trapped; }
                            uint e = (uint)(i32[b] + index);
                            if ((e >> LinearMemory.ChunkShift) >= (uint)chunks.Length) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            i32[fi + ((int)(w >> 16) & 0xFFFF)] = (int)(chunks[(int)(e >> LinearMemory.ChunkShift)][(int)(e >> 3) & LinearMemory.WordMask] >> (int)((e & 7) << 3)) & 0xFF;
                            break;
                        }

                    // The same with what is done to the element: dst, base, index; a.
                    case (int)DeviceOp.I32AddLoad:
                        {
                            int b = fi + ((int)(w >> 32) & 0xFFFF);
                            int index = i32[fi + ((int)(w >> 48) & 0xFFFF)];
                            if ((uint)index >= (uint)i32[b + 1]) { trap = (int)TrapCode.Unreachable; goto trapped; }
                            int e = i32[b] + (index << 2);
                            uint word = ((uint)e >> 2) | ((uint)e << 30);
                            int element;
                            if ((word >> (WordShift + 1)) < (uint)chunks.Length) element = (int)(chunks[(int)(word >> (WordShift + 1))][(int)(word >> 1) & LinearMemory.WordMask] >> (int)((word & 1) << 5));
                            else if ((long)(uint)e > memoryBytes - 4) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            else element = memory.LoadI32(e);
                            i32[fi + ((int)(w >> 16) & 0xFFFF)] = i32[fi + (int)code[pc]] + element;
                            pc++;
                            break;
                        }
                    case (int)DeviceOp.F64AddLoad:
                        {
                            int b = fi + ((int)(w >> 32) & 0xFFFF);
                            int index = i32[fi + ((int)(w >> 48) & 0xFFFF)];
                            if ((uint)index >= (uint)i32[b + 1]) { trap = (int)TrapCode.Unreachable; goto trapped; }
                            int e = i32[b] + (index << 3);
                            uint word = ((uint)e >> 3) | ((uint)e << 29);
                            double element;
                            if ((word >> WordShift) < (uint)chunks.Length) element = BitConverter.Int64BitsToDouble(chunks[(int)(word >> WordShift)][(int)word & LinearMemory.WordMask]);
                            else if ((long)(uint)e > memoryBytes - 8) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            else element = BitConverter.Int64BitsToDouble(memory.LoadI64(e));
                            double r = f64[di + (int)code[pc]] + element;
                            f64[di + ((int)(w >> 16) & 0xFFFF)] = r;
                            if (r != r) f64[di + ((int)(w >> 16) & 0xFFFF)] = nan;
                            pc++;
                            break;
                        }
                    case (int)DeviceOp.F64SubLoad:
                        {
                            int b = fi + ((int)(w >> 32) & 0xFFFF);
                            int index = i32[fi + ((int)(w >> 48) & 0xFFFF)];
                            if ((uint)index >= (uint)i32[b + 1]) { trap = (int)TrapCode.Unreachable; goto trapped; }
                            int e = i32[b] + (index << 3);
                            uint word = ((uint)e >> 3) | ((uint)e << 29);
                            double element;
                            if ((word >> WordShift) < (uint)chunks.Length) element = BitConverter.Int64BitsToDouble(chunks[(int)(word >> WordShift)][(int)word & LinearMemory.WordMask]);
                            else if ((long)(uint)e > memoryBytes - 8) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            else element = BitConverter.Int64BitsToDouble(memory.LoadI64(e));
                            double r = f64[di + (int)code[pc]] - element;
                            f64[di + ((int)(w >> 16) & 0xFFFF)] = r;
                            if (r != r) f64[di + ((int)(w >> 16) & 0xFFFF)] = nan;
                            pc++;
                            break;
                        }
                    case (int)DeviceOp.F64LoadSub:
                        {
                            int b = fi + ((int)(w >> 32) & 0xFFFF);
                            int index = i32[fi + ((int)(w >> 48) & 0xFFFF)];
                            if ((uint)index >= (uint)i32[b + 1]) { trap = (int)TrapCode.Unreachable; goto trapped; }
                            int e = i32[b] + (index << 3);
                            uint word = ((uint)e >> 3) | ((uint)e << 29);
                            double element;
                            if ((word >> WordShift) < (uint)chunks.Length) element = BitConverter.Int64BitsToDouble(chunks[(int)(word >> WordShift)][(int)word & LinearMemory.WordMask]);
                            else if ((long)(uint)e > memoryBytes - 8) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            else element = BitConverter.Int64BitsToDouble(memory.LoadI64(e));
                            double r = element - f64[di + (int)code[pc]];
                            f64[di + ((int)(w >> 16) & 0xFFFF)] = r;
                            if (r != r) f64[di + ((int)(w >> 16) & 0xFFFF)] = nan;
                            pc++;
                            break;
                        }
                    case (int)DeviceOp.F64MulLoad:
                        {
                            int b = fi + ((int)(w >> 32) & 0xFFFF);
                            int index = i32[fi + ((int)(w >> 48) & 0xFFFF)];
                            if ((uint)index >= (uint)i32[b + 1]) { trap = (int)TrapCode.Unreachable; goto trapped; }
                            int e = i32[b] + (index << 3);
                            uint word = ((uint)e >> 3) | ((uint)e << 29);
                            double element;
                            if ((word >> WordShift) < (uint)chunks.Length) element = BitConverter.Int64BitsToDouble(chunks[(int)(word >> WordShift)][(int)word & LinearMemory.WordMask]);
                            else if ((long)(uint)e > memoryBytes - 8) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            else element = BitConverter.Int64BitsToDouble(memory.LoadI64(e));
                            double r = f64[di + (int)code[pc]] * element;
                            f64[di + ((int)(w >> 16) & 0xFFFF)] = r;
                            if (r != r) f64[di + ((int)(w >> 16) & 0xFFFF)] = nan;
                            pc++;
                            break;
                        }

                    // Two elements: dst, base, index; base, index.
                    case (int)DeviceOp.F64LoadLoadSub:
                        {
                            int b = fi + ((int)(w >> 32) & 0xFFFF);
                            int index = i32[fi + ((int)(w >> 48) & 0xFFFF)];
                            if ((uint)index >= (uint)i32[b + 1]) { trap = (int)TrapCode.Unreachable; goto trapped; }
                            int e = i32[b] + (index << 3);
                            uint word = ((uint)e >> 3) | ((uint)e << 29);
                            double element;
                            if ((word >> WordShift) < (uint)chunks.Length) element = BitConverter.Int64BitsToDouble(chunks[(int)(word >> WordShift)][(int)word & LinearMemory.WordMask]);
                            else if ((long)(uint)e > memoryBytes - 8) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            else element = BitConverter.Int64BitsToDouble(memory.LoadI64(e));
                            long v = code[pc];
                            b = fi + ((int)v & 0xFFFF);
                            index = i32[fi + ((int)(v >> 16) & 0xFFFF)];
                            pc++;
                            if ((uint)index >= (uint)i32[b + 1]) { trap = (int)TrapCode.Unreachable; goto trapped; }
                            e = i32[b] + (index << 3);
                            word = ((uint)e >> 3) | ((uint)e << 29);
                            double second;
                            if ((word >> WordShift) < (uint)chunks.Length) second = BitConverter.Int64BitsToDouble(chunks[(int)(word >> WordShift)][(int)word & LinearMemory.WordMask]);
                            else if ((long)(uint)e > memoryBytes - 8) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            else second = BitConverter.Int64BitsToDouble(memory.LoadI64(e));
                            double r = element - second;
                            f64[di + ((int)(w >> 16) & 0xFFFF)] = r;
                            if (r != r) f64[di + ((int)(w >> 16) & 0xFFFF)] = nan;
                            break;
                        }

                    // Stores: value, address, offset.
                    case (int)DeviceOp.I32Store:
                        {
                            long at = (long)(uint)i32[fi + ((int)(w >> 32) & 0xFFFF)] + ((int)(w >> 48) & 0xFFFF);
                            if (at > memoryBytes - 4) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            int e = (int)at;
                            if ((e & 3) != 0)
                            {
                                memory.StoreI32(e, i32[fi + ((int)(w >> 16) & 0xFFFF)]);
                                break;
                            }

                            long[] chunk = chunks[e >> LinearMemory.ChunkShift];
                            if (chunk == zeros) chunk = memory.Touch(e);
                            int shift = (e & 4) << 3;
                            int word = (e >> 3) & LinearMemory.WordMask;
                            chunk[word] = (chunk[word] & ~(0xFFFFFFFFL << shift)) | ((long)(uint)i32[fi + ((int)(w >> 16) & 0xFFFF)] << shift);
                            break;
                        }
                    case (int)DeviceOp.F64Store:
                        {
                            long at = (long)(uint)i32[fi + ((int)(w >> 32) & 0xFFFF)] + ((int)(w >> 48) & 0xFFFF);
                            if (at > memoryBytes - 8) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            int e = (int)at;
                            if ((e & 7) != 0)
                            {
                                memory.StoreI64(e, BitConverter.DoubleToInt64Bits(f64[di + ((int)(w >> 16) & 0xFFFF)]));
                                break;
                            }

                            long[] chunk = chunks[e >> LinearMemory.ChunkShift];
                            if (chunk == zeros) chunk = memory.Touch(e);
                            chunk[(e >> 3) & LinearMemory.WordMask] = BitConverter.DoubleToInt64Bits(f64[di + ((int)(w >> 16) & 0xFFFF)]);
                            break;
                        }
                    case (int)DeviceOp.I64Store:
                        {
                            long at = (long)(uint)i32[fi + ((int)(w >> 32) & 0xFFFF)] + ((int)(w >> 48) & 0xFFFF);
                            if (at > memoryBytes - 8) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            int e = (int)at;
                            if ((e & 7) != 0)
                            {
                                memory.StoreI64(e, i64[li + ((int)(w >> 16) & 0xFFFF)]);
                                break;
                            }

                            long[] chunk = chunks[e >> LinearMemory.ChunkShift];
                            if (chunk == zeros) chunk = memory.Touch(e);
                            chunk[(e >> 3) & LinearMemory.WordMask] = i64[li + ((int)(w >> 16) & 0xFFFF)];
                            break;
                        }
                    case (int)DeviceOp.I32Store8:
                        {
                            long at = (long)(uint)i32[fi + ((int)(w >> 32) & 0xFFFF)] + ((int)(w >> 48) & 0xFFFF);
                            if (at > memoryBytes - 1) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            int e = (int)at;
                            long[] chunk = chunks[e >> LinearMemory.ChunkShift];
                            if (chunk == zeros) chunk = memory.Touch(e);
                            int shift = (e & 7) << 3;
                            int word = (e >> 3) & LinearMemory.WordMask;
                            chunk[word] = (chunk[word] & ~(0xFFL << shift)) | ((long)(i32[fi + ((int)(w >> 16) & 0xFFFF)] & 0xFF) << shift);
                            break;
                        }

                    // Value, base, index; offset.
                    case (int)DeviceOp.I32StoreIndexed:
                        {
                            long at = (long)(uint)(i32[fi + ((int)(w >> 32) & 0xFFFF)] + (i32[fi + ((int)(w >> 48) & 0xFFFF)] << 2)) + (uint)code[pc];
                            if (at > memoryBytes - 4) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            int e = (int)at;
                            if ((e & 3) != 0)
                            {
                                memory.StoreI32(e, i32[fi + ((int)(w >> 16) & 0xFFFF)]);
                                pc++;
                                break;
                            }

                            long[] chunk = chunks[e >> LinearMemory.ChunkShift];
                            if (chunk == zeros) chunk = memory.Touch(e);
                            int shift = (e & 4) << 3;
                            int word = (e >> 3) & LinearMemory.WordMask;
                            chunk[word] = (chunk[word] & ~(0xFFFFFFFFL << shift)) | ((long)(uint)i32[fi + ((int)(w >> 16) & 0xFFFF)] << shift);
                            pc++;
                            break;
                        }
                    case (int)DeviceOp.F64StoreIndexed:
                        {
                            long at = (long)(uint)(i32[fi + ((int)(w >> 32) & 0xFFFF)] + (i32[fi + ((int)(w >> 48) & 0xFFFF)] << 3)) + (uint)code[pc];
                            if (at > memoryBytes - 8) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            int e = (int)at;
                            if ((e & 7) != 0)
                            {
                                memory.StoreI64(e, BitConverter.DoubleToInt64Bits(f64[di + ((int)(w >> 16) & 0xFFFF)]));
                                pc++;
                                break;
                            }

                            long[] chunk = chunks[e >> LinearMemory.ChunkShift];
                            if (chunk == zeros) chunk = memory.Touch(e);
                            chunk[(e >> 3) & LinearMemory.WordMask] = BitConverter.DoubleToInt64Bits(f64[di + ((int)(w >> 16) & 0xFFFF)]);
                            pc++;
                            break;
                        }

                    // Value, base, index: as the checked loads, the length before base.
                    case (int)DeviceOp.F64StoreChecked:
                        {
                            int b = fi + ((int)(w >> 32) & 0xFFFF);
                            int index = i32[fi + ((int)(w >> 48) & 0xFFFF)];
                            if ((uint)index >= (uint)i32[b - 1]) { trap = (int)TrapCode.Unreachable; goto trapped; }
                            int e = i32[b] + (index << 3);
                            uint word = ((uint)e >> 3) | ((uint)e << 29);
                            if ((word >> WordShift) < (uint)chunks.Length)
                            {
                                long[] chunk = chunks[(int)(word >> WordShift)];
                                if (chunk == zeros) chunk = memory.Touch(e);
                                chunk[(int)word & LinearMemory.WordMask] = BitConverter.DoubleToInt64Bits(f64[di + ((int)(w >> 16) & 0xFFFF)]);
                                break;
                            }

                            if ((long)(uint)e > memoryBytes - 8) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            memory.StoreI64(e, BitConverter.DoubleToInt64Bits(f64[di + ((int)(w >> 16) & 0xFFFF)]));
                            break;
                        }

                    // The other widths: value, address, offset.
                    case (int)DeviceOp.I32Load16S:
                        {
                            long at = (long)(uint)i32[fi + ((int)(w >> 32) & 0xFFFF)] + ((int)(w >> 48) & 0xFFFF);
                            if (at > memoryBytes - 2) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            int e = (int)at;
                            i32[fi + ((int)(w >> 16) & 0xFFFF)] = (short)memory.LoadU16(e);
                            break;
                        }
                    case (int)DeviceOp.I32Load16U:
                        {
                            long at = (long)(uint)i32[fi + ((int)(w >> 32) & 0xFFFF)] + ((int)(w >> 48) & 0xFFFF);
                            if (at > memoryBytes - 2) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            int e = (int)at;
                            i32[fi + ((int)(w >> 16) & 0xFFFF)] = memory.LoadU16(e);
                            break;
                        }
                    case (int)DeviceOp.I32Store16:
                        {
                            long at = (long)(uint)i32[fi + ((int)(w >> 32) & 0xFFFF)] + ((int)(w >> 48) & 0xFFFF);
                            if (at > memoryBytes - 2) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            int e = (int)at;
                            memory.StoreI16(e, i32[fi + ((int)(w >> 16) & 0xFFFF)]);
                            break;
                        }
                    case (int)DeviceOp.F32Load:
                        {
                            long at = (long)(uint)i32[fi + ((int)(w >> 32) & 0xFFFF)] + ((int)(w >> 48) & 0xFFFF);
                            if (at > memoryBytes - 4) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            int e = (int)at;
                            f32[si + ((int)(w >> 16) & 0xFFFF)] = FloatOps.FromBits(memory.LoadI32(e));
                            break;
                        }
                    case (int)DeviceOp.F32Store:
                        {
                            long at = (long)(uint)i32[fi + ((int)(w >> 32) & 0xFFFF)] + ((int)(w >> 48) & 0xFFFF);
                            if (at > memoryBytes - 4) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            int e = (int)at;
                            memory.StoreI32(e, FloatOps.ToBits(f32[si + ((int)(w >> 16) & 0xFFFF)]));
                            break;
                        }
                    case (int)DeviceOp.I64Load8S:
                        {
                            long at = (long)(uint)i32[fi + ((int)(w >> 32) & 0xFFFF)] + ((int)(w >> 48) & 0xFFFF);
                            if (at > memoryBytes - 1) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            int e = (int)at;
                            i64[li + ((int)(w >> 16) & 0xFFFF)] = (sbyte)memory.LoadU8(e);
                            break;
                        }
                    case (int)DeviceOp.I64Load8U:
                        {
                            long at = (long)(uint)i32[fi + ((int)(w >> 32) & 0xFFFF)] + ((int)(w >> 48) & 0xFFFF);
                            if (at > memoryBytes - 1) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            int e = (int)at;
                            i64[li + ((int)(w >> 16) & 0xFFFF)] = memory.LoadU8(e);
                            break;
                        }
                    case (int)DeviceOp.I64Load16S:
                        {
                            long at = (long)(uint)i32[fi + ((int)(w >> 32) & 0xFFFF)] + ((int)(w >> 48) & 0xFFFF);
                            if (at > memoryBytes - 2) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            int e = (int)at;
                            i64[li + ((int)(w >> 16) & 0xFFFF)] = (short)memory.LoadU16(e);
                            break;
                        }
                    case (int)DeviceOp.I64Load16U:
                        {
                            long at = (long)(uint)i32[fi + ((int)(w >> 32) & 0xFFFF)] + ((int)(w >> 48) & 0xFFFF);
                            if (at > memoryBytes - 2) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            int e = (int)at;
                            i64[li + ((int)(w >> 16) & 0xFFFF)] = memory.LoadU16(e);
                            break;
                        }
                    case (int)DeviceOp.I64Load32S:
                        {
                            long at = (long)(uint)i32[fi + ((int)(w >> 32) & 0xFFFF)] + ((int)(w >> 48) & 0xFFFF);
                            if (at > memoryBytes - 4) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            int e = (int)at;
                            i64[li + ((int)(w >> 16) & 0xFFFF)] = memory.LoadI32(e);
                            break;
                        }
                    case (int)DeviceOp.I64Load32U:
                        {
                            long at = (long)(uint)i32[fi + ((int)(w >> 32) & 0xFFFF)] + ((int)(w >> 48) & 0xFFFF);
                            if (at > memoryBytes - 4) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            int e = (int)at;
                            i64[li + ((int)(w >> 16) & 0xFFFF)] = (uint)memory.LoadI32(e);
                            break;
                        }
                    case (int)DeviceOp.I64Store8:
                        {
                            long at = (long)(uint)i32[fi + ((int)(w >> 32) & 0xFFFF)] + ((int)(w >> 48) & 0xFFFF);
                            if (at > memoryBytes - 1) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            int e = (int)at;
                            memory.StoreI8(e, (int)i64[li + ((int)(w >> 16) & 0xFFFF)]);
                            break;
                        }
                    case (int)DeviceOp.I64Store16:
                        {
                            long at = (long)(uint)i32[fi + ((int)(w >> 32) & 0xFFFF)] + ((int)(w >> 48) & 0xFFFF);
                            if (at > memoryBytes - 2) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            int e = (int)at;
                            memory.StoreI16(e, (int)i64[li + ((int)(w >> 16) & 0xFFFF)]);
                            break;
                        }
                    case (int)DeviceOp.I64Store32:
                        {
                            long at = (long)(uint)i32[fi + ((int)(w >> 32) & 0xFFFF)] + ((int)(w >> 48) & 0xFFFF);
                            if (at > memoryBytes - 4) { trap = (int)TrapCode.OutOfBoundsMemoryAccess; goto trapped; }
                            int e = (int)at;
                            memory.StoreI32(e, (int)i64[li + ((int)(w >> 16) & 0xFFFF)]);
                            break;
                        }

                    // Dst; 64 bits.
                    case (int)DeviceOp.I64Const: i64[li + ((int)(w >> 16) & 0xFFFF)] = code[pc++]; break;
                    case (int)DeviceOp.F64Const: f64[di + ((int)(w >> 16) & 0xFFFF)] = BitConverter.Int64BitsToDouble(code[pc++]); break;

                    // Dst, a; dst, global; global, a; first, count.
                    case (int)DeviceOp.I64ReinterpretF64: i64[li + ((int)(w >> 16) & 0xFFFF)] = BitConverter.DoubleToInt64Bits(f64[di + ((int)(w >> 32) & 0xFFFF)]); break;
                    case (int)DeviceOp.F64ReinterpretI64: f64[di + ((int)(w >> 16) & 0xFFFF)] = BitConverter.Int64BitsToDouble(i64[li + ((int)(w >> 32) & 0xFFFF)]); break;
                    case (int)DeviceOp.F64ConvertI32U: f64[di + ((int)(w >> 16) & 0xFFFF)] = (double)(long)(uint)i32[fi + ((int)(w >> 32) & 0xFFFF)]; break;
                    case (int)DeviceOp.F64ConvertI64S: f64[di + ((int)(w >> 16) & 0xFFFF)] = (double)i64[li + ((int)(w >> 32) & 0xFFFF)]; break;
                    case (int)DeviceOp.I64Eqz: i32[fi + ((int)(w >> 16) & 0xFFFF)] = i64[li + ((int)(w >> 32) & 0xFFFF)] == 0 ? 1 : 0; break;
                    case (int)DeviceOp.GlobalGetF64: f64[di + ((int)(w >> 16) & 0xFFFF)] = f64[((int)(w >> 32) & 0xFFFF)]; break;
                    case (int)DeviceOp.GlobalSetF64: f64[((int)(w >> 16) & 0xFFFF)] = f64[di + ((int)(w >> 32) & 0xFFFF)]; break;
                    case (int)DeviceOp.ZeroI32:
                        for (int i = ((int)(w >> 32) & 0xFFFF); i > 0; i--) i32[fi + ((int)(w >> 16) & 0xFFFF) + i - 1] = 0;
                        break;
                    case (int)DeviceOp.ZeroF64:
                        for (int i = ((int)(w >> 32) & 0xFFFF); i > 0; i--) f64[di + ((int)(w >> 16) & 0xFFFF) + i - 1] = 0;
                        break;

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
                        int next = RunBulk(pc - 1, fi);
                        fuel = sliceFuel;
                        chunks = memory.Chunks;
                        memoryBytes = memory.Bytes;
                        if (next < 0) { trap = -next; goto trapped; }
                        pc = next;
                        break;
                    }
                    default:
                    {
                        int next = RunSeldom(pc - 1, fi, li, si, di);
                        if (next < 0) { trap = -next; goto trapped; }
                        pc = next;
                        break;
                    }
                }
            }

        call:
            // Target is the prologue of the callee, the cell at pc says how far the frame moves.
            if (open >= callDepthMax) { trap = (int)TrapCode.CallStackExhausted; goto trapped; }
            if (open > returns.Length)
            {
                returns = new int[returns.Length * 2];
                Array.Copy(returnCells, 0, returns, 0, returnCells.Length);
                returnCells = returns;
            }

            w = code[pc];
            returns[open - 1] = pc + 1;
            open++;
            pc = target;
            fi += (int)w & 0xFFFF;
            li += (int)(w >> 16) & 0xFFFF;
            si += (int)(w >> 32) & 0xFFFF;
            di += (int)(w >> 48) & 0xFFFF;

            // The prologue: what the frame needs of each kind.
            w = code[pc];
            if (fi + ((int)w & 0xFFFF) > i32.Length || li + ((int)(w >> 16) & 0xFFFF) > i64.Length || si + ((int)(w >> 32) & 0xFFFF) > f32.Length || di + ((int)(w >> 48) & 0xFFFF) > f64.Length)
            {
                Save(pc, fi, li, si, di, open, fuel);
                Reserve(w);
                i32 = i32Registers;
                i64 = i64Registers;
                f32 = f32Registers;
                f64 = f64Registers;
            }

            pc++;
            goto enter;

        trapped:
            Save(pc - 1, fi, li, si, di, open, fuel);
            TrapAt((TrapCode)trap);
            return RunStatus.Trapped;
        }

        private void Save(int pc, int fi, int li, int si, int di, int open, int fuel)
        {
            cell = pc;
            i32Base = fi;
            i64Base = li;
            f32Base = si;
            f64Base = di;
            depth = open;
            sliceFuel = fuel;
        }
    }
}
