using System;
using System.Runtime.CompilerServices;

namespace Fog.Wasm.Portable
{
    // The hot loop. What it needs at every instruction it keeps in locals: field access costs nanoFramework as much as
    // arithmetic. Bases of the i64 and f32 registers are fields all the same: two registers of a host's processor more for
    // what most instructions do. An instruction is one 64-bit cell w of four 16-bit fields, the opcode lowest; some take further cells.
    // While a case runs, pc is behind the first cell, and stays there until nothing can go wrong any more. A case ends with
    // break (next instruction), goto enter (a block begins at pc), or, having changed nothing, goto slow: what is seldom or
    // fails is RunSlow's. The method calls nothing: only then does the JIT keep the loop's state in registers.
    public sealed partial class Executor
    {
        // log2 of the words of a chunk.
        private const int WordShift = LinearMemory.ChunkShift - 3;

        // The slice ends at an instruction for RunSlow; other ends are a RunStatus.
        private const int Slow = -1;

        // AggressiveOptimization, which nanoFramework has no name for: a host's first run is not to be its slowest.
        [MethodImpl((MethodImplOptions)512)]
        private int RunSlice()
        {
            isInSlice = true;
            long[] code = image.Code;
            int pc = cell;
            int[] i32 = i32Registers;
            long[] i64 = i64Registers;
            float[] f32 = f32Registers;
            double[] f64 = f64Registers;
            int fi = i32Base;
            int di = f64Base;
            long[][] chunks = memory.Chunks;
            long[] zeros = memory.Zeros;
            int fuel = sliceFuel;
            int target;
            int exit;

            // The canonical NaN.
            double nan = BitConverter.Int64BitsToDouble(0x7FF8000000000000L);
            long w;

            goto next;

        enter:
            // pc is at the cell of a block: all of its cost is taken, or nothing of it runs.
            int cost = DeviceImage.Cost(code[pc]);
            if (fuel < cost)
            {
                exit = (int)RunStatus.Stopped;
                goto leave;
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
                    case (int)DeviceOp.Call:
                        target = image.FunctionCells[(int)(w >> 16) & 0xFFFF];
                        goto call;
                    case (int)DeviceOp.CallIndirect:
                    {
                        int[] table = tables[(int)(w >> 32) & 0xFFFF].Elements;
                        int index = i32[fi + (int)((ulong)w >> 48)];
                        if ((uint)index >= (uint)table.Length) goto slow;
                        int function = table[index] - image.FirstFunction;
                        if ((uint)function >= (uint)image.FunctionCells.Length || image.FunctionTypes[function] != (int)((uint)w >> 16)) goto slow;
                        target = image.FunctionCells[function];
                        goto call;
                    }
                    case (int)DeviceOp.Return:
                        depth--;
                        if (depth == floor)
                        {
                            exit = (int)RunStatus.Returned;
                            goto leave;
                        }

                        pc = returnCells[depth - 1];
                        w = code[pc - 1];
                        fi -= (int)w & 0xFFFF;
                        i64Base -= (int)(w >> 16) & 0xFFFF;
                        f32Base -= (int)(w >> 32) & 0xFFFF;
                        di -= (int)(w >> 48) & 0xFFFF;
                        break;
                    case (int)DeviceOp.BrTable:
                    {
                        int index = i32[fi + (int)((uint)w >> 16)];
                        int count = (int)(w >> 32) & 0xFFFF;
                        if ((uint)index > (uint)count) index = count;
                        pc += (int)(code[pc + (index >> 1)] >> ((index & 1) << 5));
                        goto enter;
                    }

                    // I32 arithmetic: dst, a, b.
                    case (int)DeviceOp.I32Add: i32[fi + (int)((uint)w >> 16)] = i32[fi + (ushort)(w >> 32)] + i32[fi + (int)((ulong)w >> 48)]; break;
                    case (int)DeviceOp.I32Sub: i32[fi + (int)((uint)w >> 16)] = i32[fi + (ushort)(w >> 32)] - i32[fi + (int)((ulong)w >> 48)]; break;
                    case (int)DeviceOp.I32Mul: i32[fi + (int)((uint)w >> 16)] = i32[fi + (ushort)(w >> 32)] * i32[fi + (int)((ulong)w >> 48)]; break;
                    case (int)DeviceOp.I32And: i32[fi + (int)((uint)w >> 16)] = i32[fi + (ushort)(w >> 32)] & i32[fi + (int)((ulong)w >> 48)]; break;
                    case (int)DeviceOp.I32Or: i32[fi + (int)((uint)w >> 16)] = i32[fi + (ushort)(w >> 32)] | i32[fi + (int)((ulong)w >> 48)]; break;
                    case (int)DeviceOp.I32Xor: i32[fi + (int)((uint)w >> 16)] = i32[fi + (ushort)(w >> 32)] ^ i32[fi + (int)((ulong)w >> 48)]; break;
                    case (int)DeviceOp.I32Shl: i32[fi + (int)((uint)w >> 16)] = i32[fi + (ushort)(w >> 32)] << (i32[fi + (int)((ulong)w >> 48)] & 31); break;
                    case (int)DeviceOp.I32ShrS: i32[fi + (int)((uint)w >> 16)] = i32[fi + (ushort)(w >> 32)] >> (i32[fi + (int)((ulong)w >> 48)] & 31); break;
                    case (int)DeviceOp.I32ShrU: i32[fi + (int)((uint)w >> 16)] = (int)((uint)i32[fi + (ushort)(w >> 32)] >> (i32[fi + (int)((ulong)w >> 48)] & 31)); break;

                    // I32 arithmetic: dst, a, signed immediate.
                    case (int)DeviceOp.I32AddImm: i32[fi + (int)((uint)w >> 16)] = i32[fi + (ushort)(w >> 32)] + (int)(w >> 48); break;
                    case (int)DeviceOp.I32MulImm: i32[fi + (int)((uint)w >> 16)] = i32[fi + (ushort)(w >> 32)] * (int)(w >> 48); break;
                    case (int)DeviceOp.I32AndImm: i32[fi + (int)((uint)w >> 16)] = i32[fi + (ushort)(w >> 32)] & (int)(w >> 48); break;
                    case (int)DeviceOp.I32ShlImm: i32[fi + (int)((uint)w >> 16)] = i32[fi + (ushort)(w >> 32)] << (int)(w >> 48); break;
                    case (int)DeviceOp.I32ShrSImm: i32[fi + (int)((uint)w >> 16)] = i32[fi + (ushort)(w >> 32)] >> (int)(w >> 48); break;
                    case (int)DeviceOp.I32ShrUImm: i32[fi + (int)((uint)w >> 16)] = (int)((uint)i32[fi + (ushort)(w >> 32)] >> (int)(w >> 48)); break;

                    // Dst, base, index; shift: base + (index << shift).
                    case (int)DeviceOp.I32AddScaled: i32[fi + (int)((uint)w >> 16)] = i32[fi + (ushort)(w >> 32)] + (i32[fi + (int)((ulong)w >> 48)] << (int)code[pc++]); break;

                    // Dst, a, b; c: c + a * b.
                    case (int)DeviceOp.I32MulAdd: i32[fi + (int)((uint)w >> 16)] = i32[fi + (int)code[pc]] + (i32[fi + (ushort)(w >> 32)] * i32[fi + (int)((ulong)w >> 48)]); pc++; break;

                    // I32 comparison: dst, a, b.
                    case (int)DeviceOp.I32Eq: i32[fi + (int)((uint)w >> 16)] = i32[fi + (ushort)(w >> 32)] == i32[fi + (int)((ulong)w >> 48)] ? 1 : 0; break;
                    case (int)DeviceOp.I32Ne: i32[fi + (int)((uint)w >> 16)] = i32[fi + (ushort)(w >> 32)] != i32[fi + (int)((ulong)w >> 48)] ? 1 : 0; break;
                    case (int)DeviceOp.I32LtS: i32[fi + (int)((uint)w >> 16)] = i32[fi + (ushort)(w >> 32)] < i32[fi + (int)((ulong)w >> 48)] ? 1 : 0; break;
                    case (int)DeviceOp.I32LtU: i32[fi + (int)((uint)w >> 16)] = (uint)i32[fi + (ushort)(w >> 32)] < (uint)i32[fi + (int)((ulong)w >> 48)] ? 1 : 0; break;
                    case (int)DeviceOp.I32LeS: i32[fi + (int)((uint)w >> 16)] = i32[fi + (ushort)(w >> 32)] <= i32[fi + (int)((ulong)w >> 48)] ? 1 : 0; break;
                    case (int)DeviceOp.I32LeU: i32[fi + (int)((uint)w >> 16)] = (uint)i32[fi + (ushort)(w >> 32)] <= (uint)i32[fi + (int)((ulong)w >> 48)] ? 1 : 0; break;
                    case (int)DeviceOp.I32Eqz: i32[fi + (int)((uint)w >> 16)] = i32[fi + (ushort)(w >> 32)] == 0 ? 1 : 0; break;

                    // I32 division: dst, a, b.
                    case (int)DeviceOp.I32DivS:
                        {
                            int divisor = i32[fi + (int)((ulong)w >> 48)];
                            if (divisor == 0 || divisor == -1) goto slow;
                            i32[fi + (int)((uint)w >> 16)] = i32[fi + (ushort)(w >> 32)] / divisor;
                            break;
                        }
                    case (int)DeviceOp.I32RemS:
                        {
                            int divisor = i32[fi + (int)((ulong)w >> 48)];
                            if (divisor == 0 || divisor == -1) goto slow;
                            i32[fi + (int)((uint)w >> 16)] = i32[fi + (ushort)(w >> 32)] % divisor;
                            break;
                        }
                    case (int)DeviceOp.I32DivU:
                        {
                            int divisor = i32[fi + (int)((ulong)w >> 48)];
                            if (divisor == 0) goto slow;
                            i32[fi + (int)((uint)w >> 16)] = (int)((uint)i32[fi + (ushort)(w >> 32)] / (uint)divisor);
                            break;
                        }
                    case (int)DeviceOp.I32RemU:
                        {
                            int divisor = i32[fi + (int)((ulong)w >> 48)];
                            if (divisor == 0) goto slow;
                            i32[fi + (int)((uint)w >> 16)] = (int)((uint)i32[fi + (ushort)(w >> 32)] % (uint)divisor);
                            break;
                        }

                    // A branch to distance: to there, or to the block behind.
                    case (int)DeviceOp.Br: pc += (int)(w >> 32); goto enter;

                    // A, distance.
                    case (int)DeviceOp.BrIf: if (i32[fi + (int)((uint)w >> 16)] != 0) pc += (int)(w >> 32); goto enter;
                    case (int)DeviceOp.BrIfNot: if (i32[fi + (int)((uint)w >> 16)] == 0) pc += (int)(w >> 32); goto enter;

                    // A, b, distance.
                    case (int)DeviceOp.BrI32Eq: if (i32[fi + (int)((uint)w >> 16)] == i32[fi + (ushort)(w >> 32)]) pc += (int)(w >> 48); goto enter;
                    case (int)DeviceOp.BrI32Ne: if (i32[fi + (int)((uint)w >> 16)] != i32[fi + (ushort)(w >> 32)]) pc += (int)(w >> 48); goto enter;
                    case (int)DeviceOp.BrI32LtS: if (i32[fi + (int)((uint)w >> 16)] < i32[fi + (ushort)(w >> 32)]) pc += (int)(w >> 48); goto enter;
                    case (int)DeviceOp.BrI32GeS: if (i32[fi + (int)((uint)w >> 16)] >= i32[fi + (ushort)(w >> 32)]) pc += (int)(w >> 48); goto enter;
                    case (int)DeviceOp.BrI32LtU: if ((uint)i32[fi + (int)((uint)w >> 16)] < (uint)i32[fi + (ushort)(w >> 32)]) pc += (int)(w >> 48); goto enter;
                    case (int)DeviceOp.BrI32GeU: if ((uint)i32[fi + (int)((uint)w >> 16)] >= (uint)i32[fi + (ushort)(w >> 32)]) pc += (int)(w >> 48); goto enter;

                    // A, signed immediate, distance.
                    case (int)DeviceOp.BrI32EqImm: if (i32[fi + (int)((uint)w >> 16)] == (short)(w >> 32)) pc += (int)(w >> 48); goto enter;
                    case (int)DeviceOp.BrI32NeImm: if (i32[fi + (int)((uint)w >> 16)] != (short)(w >> 32)) pc += (int)(w >> 48); goto enter;
                    case (int)DeviceOp.BrI32LtSImm: if (i32[fi + (int)((uint)w >> 16)] < (short)(w >> 32)) pc += (int)(w >> 48); goto enter;
                    case (int)DeviceOp.BrI32GeSImm: if (i32[fi + (int)((uint)w >> 16)] >= (short)(w >> 32)) pc += (int)(w >> 48); goto enter;
                    case (int)DeviceOp.BrI32GtSImm: if (i32[fi + (int)((uint)w >> 16)] > (short)(w >> 32)) pc += (int)(w >> 48); goto enter;
                    case (int)DeviceOp.BrI32LeSImm: if (i32[fi + (int)((uint)w >> 16)] <= (short)(w >> 32)) pc += (int)(w >> 48); goto enter;
                    case (int)DeviceOp.BrI32LtUImm: if ((uint)i32[fi + (int)((uint)w >> 16)] < (uint)(short)(w >> 32)) pc += (int)(w >> 48); goto enter;
                    case (int)DeviceOp.BrI32GeUImm: if ((uint)i32[fi + (int)((uint)w >> 16)] >= (uint)(short)(w >> 32)) pc += (int)(w >> 48); goto enter;

                    // A, b or immediate, signed step; distance: a += step, then the branch; the turn of a loop.
                    case (int)DeviceOp.StepBrLtS:
                        {
                            int counter = i32[fi + (int)((uint)w >> 16)] + (int)(w >> 48);
                            i32[fi + (int)((uint)w >> 16)] = counter;
                            if (counter < i32[fi + (ushort)(w >> 32)]) pc += (int)code[pc];
                            else pc++;
                            goto enter;
                        }
                    case (int)DeviceOp.StepBrLtSImm:
                        {
                            int counter = i32[fi + (int)((uint)w >> 16)] + (int)(w >> 48);
                            i32[fi + (int)((uint)w >> 16)] = counter;
                            if (counter < (short)(w >> 32)) pc += (int)code[pc];
                            else pc++;
                            goto enter;
                        }
                    case (int)DeviceOp.StepBrGeSImm:
                        {
                            int counter = i32[fi + (int)((uint)w >> 16)] + (int)(w >> 48);
                            i32[fi + (int)((uint)w >> 16)] = counter;
                            if (counter >= (short)(w >> 32)) pc += (int)code[pc];
                            else pc++;
                            goto enter;
                        }
                    case (int)DeviceOp.StepBrLtU:
                        {
                            int counter = i32[fi + (int)((uint)w >> 16)] + (int)(w >> 48);
                            i32[fi + (int)((uint)w >> 16)] = counter;
                            if ((uint)counter < (uint)i32[fi + (ushort)(w >> 32)]) pc += (int)code[pc];
                            else pc++;
                            goto enter;
                        }
                    case (int)DeviceOp.StepBrNe:
                        {
                            int counter = i32[fi + (int)((uint)w >> 16)] + (int)(w >> 48);
                            i32[fi + (int)((uint)w >> 16)] = counter;
                            if (counter != i32[fi + (ushort)(w >> 32)]) pc += (int)code[pc];
                            else pc++;
                            goto enter;
                        }

                    // The same with the step in a register.
                    case (int)DeviceOp.AddBrLtS:
                        {
                            int counter = i32[fi + (int)((uint)w >> 16)] + i32[fi + (int)((ulong)w >> 48)];
                            i32[fi + (int)((uint)w >> 16)] = counter;
                            if (counter < i32[fi + (ushort)(w >> 32)]) pc += (int)code[pc];
                            else pc++;
                            goto enter;
                        }

                    // A, b, distance.
                    case (int)DeviceOp.BrI64Eq: if (i64[i64Base + (int)((uint)w >> 16)] == i64[i64Base + (ushort)(w >> 32)]) pc += (int)(w >> 48); goto enter;
                    case (int)DeviceOp.BrI64Ne: if (i64[i64Base + (int)((uint)w >> 16)] != i64[i64Base + (ushort)(w >> 32)]) pc += (int)(w >> 48); goto enter;
                    case (int)DeviceOp.BrI64LtS: if (i64[i64Base + (int)((uint)w >> 16)] < i64[i64Base + (ushort)(w >> 32)]) pc += (int)(w >> 48); goto enter;
                    case (int)DeviceOp.BrI64GeS: if (i64[i64Base + (int)((uint)w >> 16)] >= i64[i64Base + (ushort)(w >> 32)]) pc += (int)(w >> 48); goto enter;
                    case (int)DeviceOp.BrI64LtU: if ((ulong)i64[i64Base + (int)((uint)w >> 16)] < (ulong)i64[i64Base + (ushort)(w >> 32)]) pc += (int)(w >> 48); goto enter;
                    case (int)DeviceOp.BrI64GeU: if ((ulong)i64[i64Base + (int)((uint)w >> 16)] >= (ulong)i64[i64Base + (ushort)(w >> 32)]) pc += (int)(w >> 48); goto enter;

                    // A, b, distance. Floating point is compared by <, <=, == and != only: nanoFramework takes NaN > x for true.
                    case (int)DeviceOp.BrF64Eq: if (f64[di + (int)((uint)w >> 16)] == f64[di + (ushort)(w >> 32)]) pc += (int)(w >> 48); goto enter;
                    case (int)DeviceOp.BrF64Ne: if (f64[di + (int)((uint)w >> 16)] != f64[di + (ushort)(w >> 32)]) pc += (int)(w >> 48); goto enter;
                    case (int)DeviceOp.BrF64Lt: if (f64[di + (int)((uint)w >> 16)] < f64[di + (ushort)(w >> 32)]) pc += (int)(w >> 48); goto enter;
                    case (int)DeviceOp.BrF64Le: if (f64[di + (int)((uint)w >> 16)] <= f64[di + (ushort)(w >> 32)]) pc += (int)(w >> 48); goto enter;
                    case (int)DeviceOp.BrF64NotLt: if (!(f64[di + (int)((uint)w >> 16)] < f64[di + (ushort)(w >> 32)])) pc += (int)(w >> 48); goto enter;
                    case (int)DeviceOp.BrF64NotLe: if (!(f64[di + (int)((uint)w >> 16)] <= f64[di + (ushort)(w >> 32)])) pc += (int)(w >> 48); goto enter;

                    // Traps as unreachable does: a; a; a, b.
                    case (int)DeviceOp.TrapIf: if (i32[fi + (int)((uint)w >> 16)] == 0) break; goto slow;
                    case (int)DeviceOp.TrapIfNot: if (i32[fi + (int)((uint)w >> 16)] != 0) break; goto slow;
                    case (int)DeviceOp.TrapIfGeU: if ((uint)i32[fi + (int)((uint)w >> 16)] < (uint)i32[fi + (ushort)(w >> 32)]) break; goto slow;

                    // Dst, a; constants: dst, 32 bits.
                    case (int)DeviceOp.MoveI32: i32[fi + (int)((uint)w >> 16)] = i32[fi + (ushort)(w >> 32)]; break;
                    case (int)DeviceOp.MoveI64: i64[i64Base + (int)((uint)w >> 16)] = i64[i64Base + (ushort)(w >> 32)]; break;
                    case (int)DeviceOp.MoveF32: f32[f32Base + (int)((uint)w >> 16)] = f32[f32Base + (ushort)(w >> 32)]; break;
                    case (int)DeviceOp.MoveF64: f64[di + (int)((uint)w >> 16)] = f64[di + (ushort)(w >> 32)]; break;
                    case (int)DeviceOp.I32Const: i32[fi + (int)((uint)w >> 16)] = (int)(w >> 32); break;

                    // Dst, global; global, a.
                    case (int)DeviceOp.GlobalGetI32: i32[fi + (int)((uint)w >> 16)] = i32[(ushort)(w >> 32)]; break;
                    case (int)DeviceOp.GlobalSetI32: i32[(int)((uint)w >> 16)] = i32[fi + (ushort)(w >> 32)]; break;

                    // Dst, condition, a; b.
                    case (int)DeviceOp.SelectI32: i32[fi + (int)((uint)w >> 16)] = i32[fi + (ushort)(w >> 32)] != 0 ? i32[fi + (int)((ulong)w >> 48)] : i32[fi + (int)code[pc]]; pc++; break;
                    case (int)DeviceOp.SelectF64: f64[di + (int)((uint)w >> 16)] = i32[fi + (ushort)(w >> 32)] != 0 ? f64[di + (int)((ulong)w >> 48)] : f64[di + (int)code[pc]]; pc++; break;

                    // I64: dst, a, b.
                    case (int)DeviceOp.I64Add: i64[i64Base + (int)((uint)w >> 16)] = i64[i64Base + (ushort)(w >> 32)] + i64[i64Base + (int)((ulong)w >> 48)]; break;
                    case (int)DeviceOp.I64Sub: i64[i64Base + (int)((uint)w >> 16)] = i64[i64Base + (ushort)(w >> 32)] - i64[i64Base + (int)((ulong)w >> 48)]; break;
                    case (int)DeviceOp.I64Mul: i64[i64Base + (int)((uint)w >> 16)] = i64[i64Base + (ushort)(w >> 32)] * i64[i64Base + (int)((ulong)w >> 48)]; break;
                    case (int)DeviceOp.I64And: i64[i64Base + (int)((uint)w >> 16)] = i64[i64Base + (ushort)(w >> 32)] & i64[i64Base + (int)((ulong)w >> 48)]; break;
                    case (int)DeviceOp.I64Or: i64[i64Base + (int)((uint)w >> 16)] = i64[i64Base + (ushort)(w >> 32)] | i64[i64Base + (int)((ulong)w >> 48)]; break;
                    case (int)DeviceOp.I64Xor: i64[i64Base + (int)((uint)w >> 16)] = i64[i64Base + (ushort)(w >> 32)] ^ i64[i64Base + (int)((ulong)w >> 48)]; break;
                    case (int)DeviceOp.I64Shl: i64[i64Base + (int)((uint)w >> 16)] = i64[i64Base + (ushort)(w >> 32)] << ((int)i64[i64Base + (int)((ulong)w >> 48)] & 63); break;
                    case (int)DeviceOp.I64ShrS: i64[i64Base + (int)((uint)w >> 16)] = i64[i64Base + (ushort)(w >> 32)] >> ((int)i64[i64Base + (int)((ulong)w >> 48)] & 63); break;
                    case (int)DeviceOp.I64ShrU: i64[i64Base + (int)((uint)w >> 16)] = (long)((ulong)i64[i64Base + (ushort)(w >> 32)] >> ((int)i64[i64Base + (int)((ulong)w >> 48)] & 63)); break;
                    case (int)DeviceOp.I64Eq: i32[fi + (int)((uint)w >> 16)] = i64[i64Base + (ushort)(w >> 32)] == i64[i64Base + (int)((ulong)w >> 48)] ? 1 : 0; break;
                    case (int)DeviceOp.I64Ne: i32[fi + (int)((uint)w >> 16)] = i64[i64Base + (ushort)(w >> 32)] != i64[i64Base + (int)((ulong)w >> 48)] ? 1 : 0; break;
                    case (int)DeviceOp.I64LtS: i32[fi + (int)((uint)w >> 16)] = i64[i64Base + (ushort)(w >> 32)] < i64[i64Base + (int)((ulong)w >> 48)] ? 1 : 0; break;
                    case (int)DeviceOp.I64LtU: i32[fi + (int)((uint)w >> 16)] = (ulong)i64[i64Base + (ushort)(w >> 32)] < (ulong)i64[i64Base + (int)((ulong)w >> 48)] ? 1 : 0; break;
                    case (int)DeviceOp.I64LeS: i32[fi + (int)((uint)w >> 16)] = i64[i64Base + (ushort)(w >> 32)] <= i64[i64Base + (int)((ulong)w >> 48)] ? 1 : 0; break;
                    case (int)DeviceOp.I64LeU: i32[fi + (int)((uint)w >> 16)] = (ulong)i64[i64Base + (ushort)(w >> 32)] <= (ulong)i64[i64Base + (int)((ulong)w >> 48)] ? 1 : 0; break;

                    // Dst, a.
                    case (int)DeviceOp.I64ExtendI32S: i64[i64Base + (int)((uint)w >> 16)] = i32[fi + (ushort)(w >> 32)]; break;
                    case (int)DeviceOp.I64ExtendI32U: i64[i64Base + (int)((uint)w >> 16)] = (uint)i32[fi + (ushort)(w >> 32)]; break;
                    case (int)DeviceOp.I32WrapI64: i32[fi + (int)((uint)w >> 16)] = (int)i64[i64Base + (ushort)(w >> 32)]; break;

                    // F64: dst, a, b; a NaN result is the canonical one.
                    case (int)DeviceOp.F64Add:
                        {
                            double r = f64[di + (ushort)(w >> 32)] + f64[di + (int)((ulong)w >> 48)];
                            f64[di + (int)((uint)w >> 16)] = r;
                            if (r != r) f64[di + (int)((uint)w >> 16)] = nan;
                            break;
                        }
                    case (int)DeviceOp.F64Sub:
                        {
                            double r = f64[di + (ushort)(w >> 32)] - f64[di + (int)((ulong)w >> 48)];
                            f64[di + (int)((uint)w >> 16)] = r;
                            if (r != r) f64[di + (int)((uint)w >> 16)] = nan;
                            break;
                        }
                    case (int)DeviceOp.F64Mul:
                        {
                            double r = f64[di + (ushort)(w >> 32)] * f64[di + (int)((ulong)w >> 48)];
                            f64[di + (int)((uint)w >> 16)] = r;
                            if (r != r) f64[di + (int)((uint)w >> 16)] = nan;
                            break;
                        }
                    case (int)DeviceOp.F64Div:
                        {
                            // nanoFramework throws on division by zero of either sign.
                            double divisor = f64[di + (int)((ulong)w >> 48)];
                            if (divisor == 0) goto slow;
                            double r = f64[di + (ushort)(w >> 32)] / divisor;
                            f64[di + (int)((uint)w >> 16)] = r;
                            if (r != r) f64[di + (int)((uint)w >> 16)] = nan;
                            break;
                        }
                    case (int)DeviceOp.F64Eq: i32[fi + (int)((uint)w >> 16)] = f64[di + (ushort)(w >> 32)] == f64[di + (int)((ulong)w >> 48)] ? 1 : 0; break;
                    case (int)DeviceOp.F64Ne: i32[fi + (int)((uint)w >> 16)] = f64[di + (ushort)(w >> 32)] != f64[di + (int)((ulong)w >> 48)] ? 1 : 0; break;
                    case (int)DeviceOp.F64Lt: i32[fi + (int)((uint)w >> 16)] = f64[di + (ushort)(w >> 32)] < f64[di + (int)((ulong)w >> 48)] ? 1 : 0; break;
                    case (int)DeviceOp.F64Le: i32[fi + (int)((uint)w >> 16)] = f64[di + (ushort)(w >> 32)] <= f64[di + (int)((ulong)w >> 48)] ? 1 : 0; break;

                    // Dst, a, b; c: two roundings, c + a * b, c - a * b, a * b - c.
                    case (int)DeviceOp.F64MulAdd:
                        {
                            double product = f64[di + (ushort)(w >> 32)] * f64[di + (int)((ulong)w >> 48)];
                            double r = f64[di + (int)code[pc]] + product;
                            f64[di + (int)((uint)w >> 16)] = r;
                            if (r != r) f64[di + (int)((uint)w >> 16)] = nan;
                            pc++;
                            break;
                        }
                    case (int)DeviceOp.F64MulSub:
                        {
                            double product = f64[di + (ushort)(w >> 32)] * f64[di + (int)((ulong)w >> 48)];
                            double r = f64[di + (int)code[pc]] - product;
                            f64[di + (int)((uint)w >> 16)] = r;
                            if (r != r) f64[di + (int)((uint)w >> 16)] = nan;
                            pc++;
                            break;
                        }
                    case (int)DeviceOp.F64MulSubFrom:
                        {
                            double product = f64[di + (ushort)(w >> 32)] * f64[di + (int)((ulong)w >> 48)];
                            double r = product - f64[di + (int)code[pc]];
                            f64[di + (int)((uint)w >> 16)] = r;
                            if (r != r) f64[di + (int)((uint)w >> 16)] = nan;
                            pc++;
                            break;
                        }

                    // A constant: dst, a; bits: a + c, c - a, a * c, a / c; dst, a, b; bits: c + a * b, two roundings.
                    case (int)DeviceOp.F64AddConst:
                        {
                            double r = f64[di + (ushort)(w >> 32)] + BitConverter.Int64BitsToDouble(code[pc]);
                            f64[di + (int)((uint)w >> 16)] = r;
                            if (r != r) f64[di + (int)((uint)w >> 16)] = nan;
                            pc++;
                            break;
                        }
                    case (int)DeviceOp.F64ConstSub:
                        {
                            double r = BitConverter.Int64BitsToDouble(code[pc]) - f64[di + (ushort)(w >> 32)];
                            f64[di + (int)((uint)w >> 16)] = r;
                            if (r != r) f64[di + (int)((uint)w >> 16)] = nan;
                            pc++;
                            break;
                        }
                    case (int)DeviceOp.F64MulConst:
                        {
                            double r = f64[di + (ushort)(w >> 32)] * BitConverter.Int64BitsToDouble(code[pc]);
                            f64[di + (int)((uint)w >> 16)] = r;
                            if (r != r) f64[di + (int)((uint)w >> 16)] = nan;
                            pc++;
                            break;
                        }
                    // No constant zero divides.
                    case (int)DeviceOp.F64DivConst:
                        {
                            double r = f64[di + (ushort)(w >> 32)] / BitConverter.Int64BitsToDouble(code[pc]);
                            f64[di + (int)((uint)w >> 16)] = r;
                            if (r != r) f64[di + (int)((uint)w >> 16)] = nan;
                            pc++;
                            break;
                        }
                    case (int)DeviceOp.F64MulAddConst:
                        {
                            double product = f64[di + (ushort)(w >> 32)] * f64[di + (int)((ulong)w >> 48)];
                            double r = BitConverter.Int64BitsToDouble(code[pc]) + product;
                            f64[di + (int)((uint)w >> 16)] = r;
                            if (r != r) f64[di + (int)((uint)w >> 16)] = nan;
                            pc++;
                            break;
                        }

                    // Dst, a.
                    case (int)DeviceOp.F64ConvertI32S: f64[di + (int)((uint)w >> 16)] = i32[fi + (ushort)(w >> 32)]; break;
                    case (int)DeviceOp.F64Sqrt:
                        {
                            double r = System.Math.Sqrt(f64[di + (ushort)(w >> 32)]);
                            f64[di + (int)((uint)w >> 16)] = r;
                            if (r != r) f64[di + (int)((uint)w >> 16)] = nan;
                            break;
                        }
                    case (int)DeviceOp.F64Abs: f64[di + (int)((uint)w >> 16)] = BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(f64[di + (ushort)(w >> 32)]) & long.MaxValue); break;
                    case (int)DeviceOp.F64Neg: f64[di + (int)((uint)w >> 16)] = BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(f64[di + (ushort)(w >> 32)]) ^ long.MinValue); break;

                    // The usual cases of more: numbers that differ, that have a fraction, that fit.
                    case (int)DeviceOp.F64Min:
                        {
                            double a = f64[di + (ushort)(w >> 32)];
                            double b = f64[di + (int)((ulong)w >> 48)];
                            if (a < b) f64[di + (int)((uint)w >> 16)] = a;
                            else if (b < a) f64[di + (int)((uint)w >> 16)] = b;
                            else goto slow;
                            break;
                        }
                    case (int)DeviceOp.F64Max:
                        {
                            double a = f64[di + (ushort)(w >> 32)];
                            double b = f64[di + (int)((ulong)w >> 48)];
                            if (a < b) f64[di + (int)((uint)w >> 16)] = b;
                            else if (b < a) f64[di + (int)((uint)w >> 16)] = a;
                            else goto slow;
                            break;
                        }
                    case (int)DeviceOp.F64Copysign:
                        f64[di + (int)((uint)w >> 16)] = BitConverter.Int64BitsToDouble((BitConverter.DoubleToInt64Bits(f64[di + (ushort)(w >> 32)]) & long.MaxValue) | (BitConverter.DoubleToInt64Bits(f64[di + (int)((ulong)w >> 48)]) & long.MinValue));
                        break;
                    case (int)DeviceOp.F64Nearest:
                        {
                            long bits = BitConverter.DoubleToInt64Bits(f64[di + (ushort)(w >> 32)]);
                            double magnitude = BitConverter.Int64BitsToDouble(bits & long.MaxValue);
                            if (!(magnitude < 4503599627370496.0)) goto slow;
                            magnitude = (magnitude + 4503599627370496.0) - 4503599627370496.0;
                            f64[di + (int)((uint)w >> 16)] = BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(magnitude) | (bits & long.MinValue));
                            break;
                        }
                    case (int)DeviceOp.I32TruncF64S:
                    case (int)DeviceOp.I32TruncSatF64S:
                        {
                            double a = f64[di + (ushort)(w >> 32)];
                            if (!(-2147483649.0 < a && a < 2147483648.0)) goto slow;
                            i32[fi + (int)((uint)w >> 16)] = (int)(long)a;
                            break;
                        }

                    // F32: dst, a, b; every result is rounded to single.
                    case (int)DeviceOp.F32Add:
                        {
                            float r = (float)(f32[f32Base + (ushort)(w >> 32)] + f32[f32Base + (int)((ulong)w >> 48)]);
                            f32[f32Base + (int)((uint)w >> 16)] = r == r ? r : (float)nan;
                            break;
                        }
                    case (int)DeviceOp.F32Sub:
                        {
                            float r = (float)(f32[f32Base + (ushort)(w >> 32)] - f32[f32Base + (int)((ulong)w >> 48)]);
                            f32[f32Base + (int)((uint)w >> 16)] = r == r ? r : (float)nan;
                            break;
                        }
                    case (int)DeviceOp.F32Mul:
                        {
                            float r = (float)(f32[f32Base + (ushort)(w >> 32)] * f32[f32Base + (int)((ulong)w >> 48)]);
                            f32[f32Base + (int)((uint)w >> 16)] = r == r ? r : (float)nan;
                            break;
                        }

                    // Loads: dst, address, offset. What is not aligned, not inside or not yet touched goes the slow way.
                    case (int)DeviceOp.I32Load:
                        {
                            long at = (long)(uint)i32[fi + (ushort)(w >> 32)] + (int)((ulong)w >> 48);
                            int k = (int)(at >> LinearMemory.ChunkShift);
                            if (((int)at & 3) != 0 || (uint)k >= (uint)chunks.Length) goto slow;
                            i32[fi + (int)((uint)w >> 16)] = (int)(chunks[k][((int)at >> 3) & LinearMemory.WordMask] >> (((int)at & 4) << 3));
                            break;
                        }
                    case (int)DeviceOp.F64Load:
                        {
                            long at = (long)(uint)i32[fi + (ushort)(w >> 32)] + (int)((ulong)w >> 48);
                            int k = (int)(at >> LinearMemory.ChunkShift);
                            if (((int)at & 7) != 0 || (uint)k >= (uint)chunks.Length) goto slow;
                            f64[di + (int)((uint)w >> 16)] = BitConverter.Int64BitsToDouble(chunks[k][((int)at >> 3) & LinearMemory.WordMask]);
                            break;
                        }
                    case (int)DeviceOp.I64Load:
                        {
                            long at = (long)(uint)i32[fi + (ushort)(w >> 32)] + (int)((ulong)w >> 48);
                            int k = (int)(at >> LinearMemory.ChunkShift);
                            if (((int)at & 7) != 0 || (uint)k >= (uint)chunks.Length) goto slow;
                            i64[i64Base + (int)((uint)w >> 16)] = chunks[k][((int)at >> 3) & LinearMemory.WordMask];
                            break;
                        }
                    case (int)DeviceOp.I32Load8U:
                        {
                            long at = (long)(uint)i32[fi + (ushort)(w >> 32)] + (int)((ulong)w >> 48);
                            int k = (int)(at >> LinearMemory.ChunkShift);
                            if ((uint)k >= (uint)chunks.Length) goto slow;
                            i32[fi + (int)((uint)w >> 16)] = (int)(chunks[k][((int)at >> 3) & LinearMemory.WordMask] >> (((int)at & 7) << 3)) & 0xFF;
                            break;
                        }
                    case (int)DeviceOp.I32Load8S:
                        {
                            long at = (long)(uint)i32[fi + (ushort)(w >> 32)] + (int)((ulong)w >> 48);
                            int k = (int)(at >> LinearMemory.ChunkShift);
                            if ((uint)k >= (uint)chunks.Length) goto slow;
                            i32[fi + (int)((uint)w >> 16)] = (sbyte)(chunks[k][((int)at >> 3) & LinearMemory.WordMask] >> (((int)at & 7) << 3));
                            break;
                        }

                    // Dst, base, index; offset: from base + (index << width).
                    case (int)DeviceOp.I32LoadIndexed:
                        {
                            long at = (long)(uint)(i32[fi + (ushort)(w >> 32)] + (i32[fi + (int)((ulong)w >> 48)] << 2)) + (uint)code[pc];
                            int k = (int)(at >> LinearMemory.ChunkShift);
                            if (((int)at & 3) != 0 || (uint)k >= (uint)chunks.Length) goto slow;
                            i32[fi + (int)((uint)w >> 16)] = (int)(chunks[k][((int)at >> 3) & LinearMemory.WordMask] >> (((int)at & 4) << 3));
                            pc++;
                            break;
                        }
                    case (int)DeviceOp.F64LoadIndexed:
                        {
                            long at = (long)(uint)(i32[fi + (ushort)(w >> 32)] + (i32[fi + (int)((ulong)w >> 48)] << 3)) + (uint)code[pc];
                            int k = (int)(at >> LinearMemory.ChunkShift);
                            if (((int)at & 7) != 0 || (uint)k >= (uint)chunks.Length) goto slow;
                            f64[di + (int)((uint)w >> 16)] = BitConverter.Int64BitsToDouble(chunks[k][((int)at >> 3) & LinearMemory.WordMask]);
                            pc++;
                            break;
                        }

                    // An element of an array: dst, base, index. An address turned right by the width is a word's number, and a
                    // huge one when it is not aligned: one comparison sends both that and the outside the slow way.
                    case (int)DeviceOp.I32LoadChecked:
                        {
                            int b = fi + (ushort)(w >> 32);
                            int index = i32[fi + (int)((ulong)w >> 48)];
                            if ((uint)index >= (uint)i32[b + 1]) goto slow;
                            int e = i32[b] + (index << 2);
                            uint word = ((uint)e >> 2) | ((uint)e << 30);
                            int k = (int)(word >> (WordShift + 1));
                            if ((uint)k >= (uint)chunks.Length) goto slow;
                            i32[fi + (int)((uint)w >> 16)] = (int)(chunks[k][(int)(word >> 1) & LinearMemory.WordMask] >> (int)((word & 1) << 5));
                            break;
                        }
                    case (int)DeviceOp.F64LoadChecked:
                        {
                            int b = fi + (ushort)(w >> 32);
                            int index = i32[fi + (int)((ulong)w >> 48)];
                            if ((uint)index >= (uint)i32[b + 1]) goto slow;
                            int e = i32[b] + (index << 3);
                            uint word = ((uint)e >> 3) | ((uint)e << 29);
                            int k = (int)(word >> WordShift);
                            if ((uint)k >= (uint)chunks.Length) goto slow;
                            f64[di + (int)((uint)w >> 16)] = BitConverter.Int64BitsToDouble(chunks[k][(int)word & LinearMemory.WordMask]);
                            break;
                        }
                    case (int)DeviceOp.I32Load8UChecked:
                        {
                            int b = fi + (ushort)(w >> 32);
                            int index = i32[fi + (int)((ulong)w >> 48)];
                            if ((uint)index >= (uint)i32[b + 1]) goto slow;
                            int e = i32[b] + (index);
                            int k = (int)((uint)e >> LinearMemory.ChunkShift);
                            if ((uint)k >= (uint)chunks.Length) goto slow;
                            i32[fi + (int)((uint)w >> 16)] = (int)(chunks[k][(e >> 3) & LinearMemory.WordMask] >> ((e & 7) << 3)) & 0xFF;
                            break;
                        }

                    // The same with what is done to the element: dst, base, index; a.
                    case (int)DeviceOp.I32AddLoad:
                        {
                            int b = fi + (ushort)(w >> 32);
                            int index = i32[fi + (int)((ulong)w >> 48)];
                            if ((uint)index >= (uint)i32[b + 1]) goto slow;
                            int e = i32[b] + (index << 2);
                            uint word = ((uint)e >> 2) | ((uint)e << 30);
                            int k = (int)(word >> (WordShift + 1));
                            if ((uint)k >= (uint)chunks.Length) goto slow;
                            i32[fi + (int)((uint)w >> 16)] = i32[fi + (int)code[pc]] + (int)(chunks[k][(int)(word >> 1) & LinearMemory.WordMask] >> (int)((word & 1) << 5));
                            pc++;
                            break;
                        }
                    case (int)DeviceOp.F64AddLoad:
                        {
                            int b = fi + (ushort)(w >> 32);
                            int index = i32[fi + (int)((ulong)w >> 48)];
                            if ((uint)index >= (uint)i32[b + 1]) goto slow;
                            int e = i32[b] + (index << 3);
                            uint word = ((uint)e >> 3) | ((uint)e << 29);
                            int k = (int)(word >> WordShift);
                            if ((uint)k >= (uint)chunks.Length) goto slow;
                            double element = BitConverter.Int64BitsToDouble(chunks[k][(int)word & LinearMemory.WordMask]);
                            double r = f64[di + (int)code[pc]] + element;
                            f64[di + (int)((uint)w >> 16)] = r;
                            if (r != r) f64[di + (int)((uint)w >> 16)] = nan;
                            pc++;
                            break;
                        }
                    case (int)DeviceOp.F64SubLoad:
                        {
                            int b = fi + (ushort)(w >> 32);
                            int index = i32[fi + (int)((ulong)w >> 48)];
                            if ((uint)index >= (uint)i32[b + 1]) goto slow;
                            int e = i32[b] + (index << 3);
                            uint word = ((uint)e >> 3) | ((uint)e << 29);
                            int k = (int)(word >> WordShift);
                            if ((uint)k >= (uint)chunks.Length) goto slow;
                            double element = BitConverter.Int64BitsToDouble(chunks[k][(int)word & LinearMemory.WordMask]);
                            double r = f64[di + (int)code[pc]] - element;
                            f64[di + (int)((uint)w >> 16)] = r;
                            if (r != r) f64[di + (int)((uint)w >> 16)] = nan;
                            pc++;
                            break;
                        }
                    case (int)DeviceOp.F64LoadSub:
                        {
                            int b = fi + (ushort)(w >> 32);
                            int index = i32[fi + (int)((ulong)w >> 48)];
                            if ((uint)index >= (uint)i32[b + 1]) goto slow;
                            int e = i32[b] + (index << 3);
                            uint word = ((uint)e >> 3) | ((uint)e << 29);
                            int k = (int)(word >> WordShift);
                            if ((uint)k >= (uint)chunks.Length) goto slow;
                            double element = BitConverter.Int64BitsToDouble(chunks[k][(int)word & LinearMemory.WordMask]);
                            double r = element - f64[di + (int)code[pc]];
                            f64[di + (int)((uint)w >> 16)] = r;
                            if (r != r) f64[di + (int)((uint)w >> 16)] = nan;
                            pc++;
                            break;
                        }
                    case (int)DeviceOp.F64MulLoad:
                        {
                            int b = fi + (ushort)(w >> 32);
                            int index = i32[fi + (int)((ulong)w >> 48)];
                            if ((uint)index >= (uint)i32[b + 1]) goto slow;
                            int e = i32[b] + (index << 3);
                            uint word = ((uint)e >> 3) | ((uint)e << 29);
                            int k = (int)(word >> WordShift);
                            if ((uint)k >= (uint)chunks.Length) goto slow;
                            double element = BitConverter.Int64BitsToDouble(chunks[k][(int)word & LinearMemory.WordMask]);
                            double r = f64[di + (int)code[pc]] * element;
                            f64[di + (int)((uint)w >> 16)] = r;
                            if (r != r) f64[di + (int)((uint)w >> 16)] = nan;
                            pc++;
                            break;
                        }

                    // Two elements: dst, base, index; base, index.
                    case (int)DeviceOp.F64LoadLoadSub:
                        {
                            int b = fi + (ushort)(w >> 32);
                            int index = i32[fi + (int)((ulong)w >> 48)];
                            if ((uint)index >= (uint)i32[b + 1]) goto slow;
                            int e = i32[b] + (index << 3);
                            uint word = ((uint)e >> 3) | ((uint)e << 29);
                            int k = (int)(word >> WordShift);
                            if ((uint)k >= (uint)chunks.Length) goto slow;
                            double element = BitConverter.Int64BitsToDouble(chunks[k][(int)word & LinearMemory.WordMask]);
                            long v = code[pc];
                            b = fi + ((int)v & 0xFFFF);
                            index = i32[fi + ((int)(v >> 16) & 0xFFFF)];
                            if ((uint)index >= (uint)i32[b + 1]) goto slow;
                            e = i32[b] + (index << 3);
                            word = ((uint)e >> 3) | ((uint)e << 29);
                            k = (int)(word >> WordShift);
                            if ((uint)k >= (uint)chunks.Length) goto slow;
                            double r = element - BitConverter.Int64BitsToDouble(chunks[k][(int)word & LinearMemory.WordMask]);
                            f64[di + (int)((uint)w >> 16)] = r;
                            if (r != r) f64[di + (int)((uint)w >> 16)] = nan;
                            pc++;
                            break;
                        }

                    // Stores: value, address, offset.
                    case (int)DeviceOp.I32Store:
                        {
                            long at = (long)(uint)i32[fi + (ushort)(w >> 32)] + (int)((ulong)w >> 48);
                            int k = (int)(at >> LinearMemory.ChunkShift);
                            if (((int)at & 3) != 0 || (uint)k >= (uint)chunks.Length) goto slow;
                            long[] chunk = chunks[k];
                            if (chunk == zeros) goto slow;
                            int shift = ((int)at & 4) << 3;
                            int word = ((int)at >> 3) & LinearMemory.WordMask;
                            chunk[word] = (chunk[word] & ~(0xFFFFFFFFL << shift)) | ((long)(uint)i32[fi + (int)((uint)w >> 16)] << shift);
                            break;
                        }
                    case (int)DeviceOp.F64Store:
                        {
                            long at = (long)(uint)i32[fi + (ushort)(w >> 32)] + (int)((ulong)w >> 48);
                            int k = (int)(at >> LinearMemory.ChunkShift);
                            if (((int)at & 7) != 0 || (uint)k >= (uint)chunks.Length) goto slow;
                            long[] chunk = chunks[k];
                            if (chunk == zeros) goto slow;
                            chunk[((int)at >> 3) & LinearMemory.WordMask] = BitConverter.DoubleToInt64Bits(f64[di + (int)((uint)w >> 16)]);
                            break;
                        }
                    case (int)DeviceOp.I64Store:
                        {
                            long at = (long)(uint)i32[fi + (ushort)(w >> 32)] + (int)((ulong)w >> 48);
                            int k = (int)(at >> LinearMemory.ChunkShift);
                            if (((int)at & 7) != 0 || (uint)k >= (uint)chunks.Length) goto slow;
                            long[] chunk = chunks[k];
                            if (chunk == zeros) goto slow;
                            chunk[((int)at >> 3) & LinearMemory.WordMask] = i64[i64Base + (int)((uint)w >> 16)];
                            break;
                        }
                    case (int)DeviceOp.I32Store8:
                        {
                            long at = (long)(uint)i32[fi + (ushort)(w >> 32)] + (int)((ulong)w >> 48);
                            int k = (int)(at >> LinearMemory.ChunkShift);
                            if ((uint)k >= (uint)chunks.Length) goto slow;
                            long[] chunk = chunks[k];
                            if (chunk == zeros) goto slow;
                            int shift = ((int)at & 7) << 3;
                            int word = ((int)at >> 3) & LinearMemory.WordMask;
                            chunk[word] = (chunk[word] & ~(0xFFL << shift)) | ((long)(i32[fi + (int)((uint)w >> 16)] & 0xFF) << shift);
                            break;
                        }

                    // Value, base, index; offset.
                    case (int)DeviceOp.I32StoreIndexed:
                        {
                            long at = (long)(uint)(i32[fi + (ushort)(w >> 32)] + (i32[fi + (int)((ulong)w >> 48)] << 2)) + (uint)code[pc];
                            int k = (int)(at >> LinearMemory.ChunkShift);
                            if (((int)at & 3) != 0 || (uint)k >= (uint)chunks.Length) goto slow;
                            long[] chunk = chunks[k];
                            if (chunk == zeros) goto slow;
                            int shift = ((int)at & 4) << 3;
                            int word = ((int)at >> 3) & LinearMemory.WordMask;
                            chunk[word] = (chunk[word] & ~(0xFFFFFFFFL << shift)) | ((long)(uint)i32[fi + (int)((uint)w >> 16)] << shift);
                            pc++;
                            break;
                        }
                    case (int)DeviceOp.F64StoreIndexed:
                        {
                            long at = (long)(uint)(i32[fi + (ushort)(w >> 32)] + (i32[fi + (int)((ulong)w >> 48)] << 3)) + (uint)code[pc];
                            int k = (int)(at >> LinearMemory.ChunkShift);
                            if (((int)at & 7) != 0 || (uint)k >= (uint)chunks.Length) goto slow;
                            long[] chunk = chunks[k];
                            if (chunk == zeros) goto slow;
                            chunk[((int)at >> 3) & LinearMemory.WordMask] = BitConverter.DoubleToInt64Bits(f64[di + (int)((uint)w >> 16)]);
                            pc++;
                            break;
                        }

                    // Value, base, index: as the checked loads, the length before base.
                    case (int)DeviceOp.F64StoreChecked:
                        {
                            int b = fi + (ushort)(w >> 32);
                            int index = i32[fi + (int)((ulong)w >> 48)];
                            if ((uint)index >= (uint)i32[b - 1]) goto slow;
                            int e = i32[b] + (index << 3);
                            uint word = ((uint)e >> 3) | ((uint)e << 29);
                            int k = (int)(word >> WordShift);
                            if ((uint)k >= (uint)chunks.Length) goto slow;
                            long[] chunk = chunks[k];
                            if (chunk == zeros) goto slow;
                            chunk[(int)word & LinearMemory.WordMask] = BitConverter.DoubleToInt64Bits(f64[di + (int)((uint)w >> 16)]);
                            break;
                        }

                    // The same with the length behind base.
                    case (int)DeviceOp.F64StoreElement:
                        {
                            int b = fi + (ushort)(w >> 32);
                            int index = i32[fi + (int)((ulong)w >> 48)];
                            if ((uint)index >= (uint)i32[b + 1]) goto slow;
                            int e = i32[b] + (index << 3);
                            uint word = ((uint)e >> 3) | ((uint)e << 29);
                            int k = (int)(word >> WordShift);
                            if ((uint)k >= (uint)chunks.Length) goto slow;
                            long[] chunk = chunks[k];
                            if (chunk == zeros) goto slow;
                            chunk[(int)word & LinearMemory.WordMask] = BitConverter.DoubleToInt64Bits(f64[di + (int)((uint)w >> 16)]);
                            break;
                        }
                    case (int)DeviceOp.I32StoreElement:
                        {
                            int b = fi + (ushort)(w >> 32);
                            int index = i32[fi + (int)((ulong)w >> 48)];
                            if ((uint)index >= (uint)i32[b + 1]) goto slow;
                            int e = i32[b] + (index << 2);
                            uint word = ((uint)e >> 2) | ((uint)e << 30);
                            int k = (int)(word >> (WordShift + 1));
                            if ((uint)k >= (uint)chunks.Length) goto slow;
                            long[] chunk = chunks[k];
                            if (chunk == zeros) goto slow;
                            int shift = (int)((word & 1) << 5);
                            int place = (int)(word >> 1) & LinearMemory.WordMask;
                            chunk[place] = (chunk[place] & ~(0xFFFFFFFFL << shift)) | ((long)(uint)i32[fi + (int)((uint)w >> 16)] << shift);
                            break;
                        }
                    case (int)DeviceOp.I32Store8Element:
                        {
                            int b = fi + (ushort)(w >> 32);
                            int index = i32[fi + (int)((ulong)w >> 48)];
                            if ((uint)index >= (uint)i32[b + 1]) goto slow;
                            int e = i32[b] + index;
                            int k = (int)((uint)e >> LinearMemory.ChunkShift);
                            if ((uint)k >= (uint)chunks.Length) goto slow;
                            long[] chunk = chunks[k];
                            if (chunk == zeros) goto slow;
                            int shift = (e & 7) << 3;
                            int place = (e >> 3) & LinearMemory.WordMask;
                            chunk[place] = (chunk[place] & ~(0xFFL << shift)) | ((long)(i32[fi + (int)((uint)w >> 16)] & 0xFF) << shift);
                            break;
                        }

                    // Dst; 64 bits.
                    case (int)DeviceOp.I64Const: i64[i64Base + (int)((uint)w >> 16)] = code[pc++]; break;
                    case (int)DeviceOp.F64Const: f64[di + (int)((uint)w >> 16)] = BitConverter.Int64BitsToDouble(code[pc++]); break;

                    // Dst, a; dst, global; global, a; first, count.
                    case (int)DeviceOp.I64ReinterpretF64: i64[i64Base + (int)((uint)w >> 16)] = BitConverter.DoubleToInt64Bits(f64[di + (ushort)(w >> 32)]); break;
                    case (int)DeviceOp.F64ReinterpretI64: f64[di + (int)((uint)w >> 16)] = BitConverter.Int64BitsToDouble(i64[i64Base + (ushort)(w >> 32)]); break;
                    case (int)DeviceOp.F64ConvertI32U: f64[di + (int)((uint)w >> 16)] = (double)(long)(uint)i32[fi + (ushort)(w >> 32)]; break;
                    case (int)DeviceOp.F64ConvertI64S: f64[di + (int)((uint)w >> 16)] = (double)i64[i64Base + (ushort)(w >> 32)]; break;
                    case (int)DeviceOp.I64Eqz: i32[fi + (int)((uint)w >> 16)] = i64[i64Base + (ushort)(w >> 32)] == 0 ? 1 : 0; break;
                    case (int)DeviceOp.GlobalGetF64: f64[di + (int)((uint)w >> 16)] = f64[(ushort)(w >> 32)]; break;
                    case (int)DeviceOp.GlobalSetF64: f64[(int)((uint)w >> 16)] = f64[di + (ushort)(w >> 32)]; break;
                    case (int)DeviceOp.ZeroI32:
                        for (int i = (ushort)(w >> 32); i > 0; i--) i32[fi + (int)((uint)w >> 16) + i - 1] = 0;
                        break;
                    case (int)DeviceOp.ZeroF64:
                        for (int i = (ushort)(w >> 32); i > 0; i--) f64[di + (int)((uint)w >> 16) + i - 1] = 0;
                        break;

                    // The first, then the one behind: when that fails, it fails at its own cell.
                    case (int)DeviceOp.I32AddThenF64AddLoad:
                        i32[fi + (int)((uint)w >> 16)] = i32[fi + (ushort)(w >> 32)] + i32[fi + (int)((ulong)w >> 48)];
                        w = code[pc++];
                        goto case (int)DeviceOp.F64AddLoad;
                    case (int)DeviceOp.I32AddThenF64LoadChecked:
                        i32[fi + (int)((uint)w >> 16)] = i32[fi + (ushort)(w >> 32)] + i32[fi + (int)((ulong)w >> 48)];
                        w = code[pc++];
                        goto case (int)DeviceOp.F64LoadChecked;
                    case (int)DeviceOp.I32AddThenI32Load8UChecked:
                        i32[fi + (int)((uint)w >> 16)] = i32[fi + (ushort)(w >> 32)] + i32[fi + (int)((ulong)w >> 48)];
                        w = code[pc++];
                        goto case (int)DeviceOp.I32Load8UChecked;
                    case (int)DeviceOp.I32AddImmThenF64LoadChecked:
                        i32[fi + (int)((uint)w >> 16)] = i32[fi + (ushort)(w >> 32)] + (int)(w >> 48);
                        w = code[pc++];
                        goto case (int)DeviceOp.F64LoadChecked;
                    case (int)DeviceOp.I32AddImmThenF64SubLoad:
                        i32[fi + (int)((uint)w >> 16)] = i32[fi + (ushort)(w >> 32)] + (int)(w >> 48);
                        w = code[pc++];
                        goto case (int)DeviceOp.F64SubLoad;
                    case (int)DeviceOp.I32AddImmThenI32AddLoad:
                        i32[fi + (int)((uint)w >> 16)] = i32[fi + (ushort)(w >> 32)] + (int)(w >> 48);
                        w = code[pc++];
                        goto case (int)DeviceOp.I32AddLoad;
                    case (int)DeviceOp.I32AddImmThenBrI32GeS:
                        i32[fi + (int)((uint)w >> 16)] = i32[fi + (ushort)(w >> 32)] + (int)(w >> 48);
                        w = code[pc++];
                        goto case (int)DeviceOp.BrI32GeS;
                    case (int)DeviceOp.I32AddImmThenStepBrLtS:
                        i32[fi + (int)((uint)w >> 16)] = i32[fi + (ushort)(w >> 32)] + (int)(w >> 48);
                        w = code[pc++];
                        goto case (int)DeviceOp.StepBrLtS;
                    case (int)DeviceOp.F64AddThenStepBrLtS:
                        {
                            double r = f64[di + (ushort)(w >> 32)] + f64[di + (int)((ulong)w >> 48)];
                            f64[di + (int)((uint)w >> 16)] = r;
                            if (r != r) f64[di + (int)((uint)w >> 16)] = nan;
                            w = code[pc++];
                            goto case (int)DeviceOp.StepBrLtS;
                        }
                    case (int)DeviceOp.F64MulAddThenStepBrLtS:
                        {
                            double product = f64[di + (ushort)(w >> 32)] * f64[di + (int)((ulong)w >> 48)];
                            double r = f64[di + (int)code[pc]] + product;
                            f64[di + (int)((uint)w >> 16)] = r;
                            if (r != r) f64[di + (int)((uint)w >> 16)] = nan;
                            w = code[pc + 1];
                            pc += 2;
                            goto case (int)DeviceOp.StepBrLtS;
                        }
                    case (int)DeviceOp.F64StoreElementThenI32AddImm:
                        {
                            int b = fi + (ushort)(w >> 32);
                            int index = i32[fi + (int)((ulong)w >> 48)];
                            if ((uint)index >= (uint)i32[b + 1]) goto slow;
                            int e = i32[b] + (index << 3);
                            uint word = ((uint)e >> 3) | ((uint)e << 29);
                            int k = (int)(word >> WordShift);
                            if ((uint)k >= (uint)chunks.Length) goto slow;
                            long[] chunk = chunks[k];
                            if (chunk == zeros) goto slow;
                            chunk[(int)word & LinearMemory.WordMask] = BitConverter.DoubleToInt64Bits(f64[di + (int)((uint)w >> 16)]);
                            w = code[pc++];
                            goto case (int)DeviceOp.I32AddImm;
                        }
                    case (int)DeviceOp.F64StoreElementThenStepBrLtS:
                        {
                            int b = fi + (ushort)(w >> 32);
                            int index = i32[fi + (int)((ulong)w >> 48)];
                            if ((uint)index >= (uint)i32[b + 1]) goto slow;
                            int e = i32[b] + (index << 3);
                            uint word = ((uint)e >> 3) | ((uint)e << 29);
                            int k = (int)(word >> WordShift);
                            if ((uint)k >= (uint)chunks.Length) goto slow;
                            long[] chunk = chunks[k];
                            if (chunk == zeros) goto slow;
                            chunk[(int)word & LinearMemory.WordMask] = BitConverter.DoubleToInt64Bits(f64[di + (int)((uint)w >> 16)]);
                            w = code[pc++];
                            goto case (int)DeviceOp.StepBrLtS;
                        }
                    case (int)DeviceOp.F64StoreElementThenStepBrGeSImm:
                        {
                            int b = fi + (ushort)(w >> 32);
                            int index = i32[fi + (int)((ulong)w >> 48)];
                            if ((uint)index >= (uint)i32[b + 1]) goto slow;
                            int e = i32[b] + (index << 3);
                            uint word = ((uint)e >> 3) | ((uint)e << 29);
                            int k = (int)(word >> WordShift);
                            if ((uint)k >= (uint)chunks.Length) goto slow;
                            long[] chunk = chunks[k];
                            if (chunk == zeros) goto slow;
                            chunk[(int)word & LinearMemory.WordMask] = BitConverter.DoubleToInt64Bits(f64[di + (int)((uint)w >> 16)]);
                            w = code[pc++];
                            goto case (int)DeviceOp.StepBrGeSImm;
                        }

                    default: goto slow;
                }
            }

        call:
            // Target is the prologue of the callee, which says what its frame needs of each kind; the cell at pc says how far
            // the frame moves.
            if (depth >= callDepthMax || depth > returnCells.Length) goto slow;
            {
                long move = code[pc];
                long need = code[target];
                int callee32 = fi + ((int)move & 0xFFFF);
                int callee64 = i64Base + ((int)(move >> 16) & 0xFFFF);
                int calleeSingle = f32Base + ((int)(move >> 32) & 0xFFFF);
                int calleeDouble = di + ((int)(move >> 48) & 0xFFFF);
                if (callee32 + ((int)need & 0xFFFF) > i32.Length || callee64 + ((int)(need >> 16) & 0xFFFF) > i64.Length) goto slow;
                if (calleeSingle + ((int)(need >> 32) & 0xFFFF) > f32.Length || calleeDouble + ((int)(need >> 48) & 0xFFFF) > f64.Length) goto slow;
                returnCells[depth - 1] = pc + 1;
                depth++;
                fi = callee32;
                i64Base = callee64;
                f32Base = calleeSingle;
                di = calleeDouble;
                pc = target + 1;
                goto enter;
            }

        slow:
            exit = Slow;
            pc--;

        leave:
            cell = pc;
            i32Base = fi;
            f64Base = di;
            sliceFuel = fuel;
            return exit;
        }
    }
}
