using Fog.Wasm.Format;
using static Fog.Wasm.Portable.Tests.ModuleBuilder;

namespace Fog.Wasm.Portable.Tests;

/// <summary>
/// A random function whose run has all the state there is: frames of functions that call one another and themselves,
/// directly and through a table, globals of every type, tables and memory that change and grow, segments that are dropped.
/// It ends: calls count down a depth, loops a counter. Parameters: an array of f64 and an i32; the result is an i64.
/// </summary>
internal sealed class RandomModule
{
    private const int Functions = 4;
    private const int Allocator = Functions;
    private const int Counter = 1;
    private const int Single = 2;
    private const int Double = 3;
    private const int Long = 4;
    private static readonly FunctionType Step = new([WasmType.I32], [WasmType.I64]);

    private readonly Random random;

    public RandomModule(int seed) => random = new(seed);

    public ModuleBuilder Emit()
    {
        var builder = new ModuleBuilder().Memory(1, 4);
        for (var i = 0; i < Functions; i++)
        {
            // The depth is left: all that is there on the way, and the calls.
            List<Instruction> body = [Get(0), Opcode.I32Eqz, If(), I64(i), Opcode.Return, Opcode.End];
            Acts(body, random.Next(4, 10), loops: 2);
            body.AddRange([Get(Long), Global(Opcode.GlobalGet, 1), Opcode.I64Add]);
            builder.Function(Step, [WasmType.I32, WasmType.F32, WasmType.F64, WasmType.I64], [.. body]);
        }

        builder.Allocator();
        builder.Function(
            new([WasmType.I32, WasmType.I32, WasmType.I32], [WasmType.I64]),
            [WasmType.I32, WasmType.I64],
            [
                Get(2), I32(7), Opcode.I32And, Call(0), Set(4),

                // One word in seven of all memory.
                Loop(),
                Get(4), I64(31), Opcode.I64Mul, Get(3), Instruction.Access(Opcode.I64Load), Opcode.I64Xor, Set(4),
                Get(3), I32(56), Opcode.I32Add, Tee(3), Opcode.MemorySize, I32(16), Opcode.I32Shl, Opcode.I32LtU, BrIf(0),
                Opcode.End,
                Get(4), Global(Opcode.GlobalGet, 1), Opcode.I64Xor, Global(Opcode.GlobalGet, 3), Opcode.I64ReinterpretF64, Opcode.I64Xor,
            ]);
        return builder
            .Export("f", Functions + 1)
            .Manifest(new("f", "1", [new("values", new(FogKind.F64, true)), new("depth", new(FogKind.I32))], new(FogKind.I64), FuelMax: long.MaxValue, MemoryBytesMax: 1 << 20))
            .With(m => m with
            {
                Start = random.Next(2) == 0 ? m.Functions.Length : null,
                Types = m.Types.Add(new([], [])),
                Functions = m.Functions.Add(new(m.Types.Length, [], [I32(7), Call(1), Opcode.Drop, Opcode.End])),
                Tables = [new(WasmType.FuncRef, new(6, 40)), new(WasmType.FuncRef, new(3))],
                Globals =
                [
                    m.Globals[0], new(new(WasmType.I64, true), [I64(1), Opcode.End]),
                    new(new(WasmType.F32, true), [F32(1), Opcode.End]), new(new(WasmType.F64, true), [F64(1), Opcode.End]),
                ],
                Elements =
                [
                    new(SegmentMode.Active, 0, WasmType.FuncRef, [0, 1, 2, 3, Allocator], [I32(0), Opcode.End]),
                    new(SegmentMode.Passive, 0, WasmType.FuncRef, [3, 2, 1]),
                ],
                Data = [new(SegmentMode.Active, [1, 2, 3], [I32(60_000), Opcode.End]), new(SegmentMode.Passive, [.. Enumerable.Range(1, 40).Select(i => (byte)i)])],
            });
    }

    private void Acts(List<Instruction> body, int count, int loops)
    {
        for (; count > 0; count--) Act(body, loops);
    }

    private void Act(List<Instruction> body, int loops)
    {
        switch (random.Next(17))
        {
            case 0 or 1:
                body.AddRange([Get(0), I32(1), Opcode.I32Sub, Call(random.Next(Functions)), Get(Long), Opcode.I64Add, Set(Long)]);
                break;
            case 2:
                // Sometimes null, of another type or outside of the table.
                body.AddRange([Get(0), I32(1), Opcode.I32Sub, I32(random.Next(12) == 0 ? random.Next(8) : random.Next(3)), Instruction.CallIndirect(0), Set(Long)]);
                break;
            case 3 when loops > 0:
                body.AddRange([I32(0), Set(Counter), Loop()]);
                Acts(body, random.Next(1, 4), 0);
                body.AddRange([Get(Counter), I32(1), Opcode.I32Add, Tee(Counter), I32(random.Next(1, 9)), Opcode.I32LtU, BrIf(0), Opcode.End]);
                break;
            case 4:
                body.AddRange([Global(Opcode.GlobalGet, 1), I64(random.NextInt64()), Opcode.I64Mul, Get(Long), Opcode.I64Add, Global(Opcode.GlobalSet, 1)]);
                break;
            case 5:
                body.AddRange([Get(Single), Global(Opcode.GlobalGet, 2), F32(1.25f), Opcode.F32Mul, Opcode.F32Add, Tee(Single), Global(Opcode.GlobalSet, 2)]);
                break;
            case 6:
                body.AddRange([Get(Double), Global(Opcode.GlobalGet, 3), F64(1.1), Opcode.F64Mul, Opcode.F64Add, Tee(Double), Global(Opcode.GlobalSet, 3)]);
                break;
            case 7:
                body.AddRange([I32(random.Next(0xFFF8)), Get(Long), Instruction.Access(Opcode.I64Store), I32(random.Next(0xFFF8)), Get(Double), Instruction.Access(Opcode.F64Store)]);
                break;
            case 8:
                body.AddRange([I32(random.Next(0xFFF8)), Instruction.Access(Opcode.I64Load), Get(Long), Opcode.I64Xor, Set(Long)]);
                break;
            case 9:
                body.AddRange([I32(1), Opcode.MemoryGrow, Opcode.I64ExtendI32S, Get(Long), Opcode.I64Add, Set(Long)]);
                break;
            case 10:
                body.AddRange([I32(random.Next(60_000)), I32(random.Next()), I32(random.Next(600)), Opcode.MemoryFill]);
                break;
            case 11:
                body.AddRange([I32(random.Next(60_000)), I32(random.Next(60_000)), I32(random.Next(600)), Opcode.MemoryCopy]);
                break;
            case 12:
                body.AddRange([I32(random.Next(60_000)), I32(3), I32(random.Next(30)), Global(Opcode.MemoryInit, 1)]);
                if (random.Next(20) == 0) body.Add(Global(Opcode.DataDrop, 1));
                break;
            case 13:
                body.AddRange([I32(random.Next(6)), Instruction.WithIndex(Opcode.RefFunc, random.Next(Functions)), Global(Opcode.TableSet, 0)]);
                break;
            case 14:
                body.AddRange([Instruction.WithIndex(Opcode.RefFunc, random.Next(Functions)), I32(random.Next(3)), Global(Opcode.TableGrow, 0), Opcode.Drop]);
                break;
            case 15:
                body.AddRange([I32(0), I32(0), I32(random.Next(3)), new(Opcode.TableCopy, 1, 0)]);
                break;
            default:
                body.AddRange([I32(random.Next(3)), I32(0), I32(random.Next(3)), new(Opcode.TableInit, 1, 0)]);
                if (random.Next(20) == 0) body.Add(Global(Opcode.ElemDrop, 1));
                break;
        }
    }

    private static Instruction Global(Opcode opcode, int index) => Instruction.WithIndex(opcode, index);
}
