using Fog.Wasm.Format;
using Fog.Wasm.Runtime.Lowering;
using static Fog.Wasm.Portable.Tests.ModuleBuilder;

namespace Fog.Wasm.Portable.Tests;

/// <summary>What a loop does not change is computed before it, for the fuel of the blocks it stands in.</summary>
public class LoopTests
{
    private static readonly FunctionType ThreeI32 = new([WasmType.I32, WasmType.I32, WasmType.I32], [WasmType.I32]);

    // sum, row and i are locals 3 to 5: for each row below a, for each i below (row + 1) * b: sum += b * c + row * c.
    private static readonly Instruction[] Nested =
    [
        Loop(), I32(0), Set(5),
        Loop(),
        Get(3), Get(1), Get(2), Opcode.I32Mul, Opcode.I32Add, Get(4), Get(2), Opcode.I32Mul, Opcode.I32Add, Set(3),
        Get(5), I32(1), Opcode.I32Add, Tee(5), Get(4), I32(1), Opcode.I32Add, Get(1), Opcode.I32Mul, Opcode.I32LtS, BrIf(0), Opcode.End,
        Get(4), I32(1), Opcode.I32Add, Tee(4), Get(0), Opcode.I32LtS, BrIf(0), Opcode.End,
        Get(3),
    ];

    private static ModuleBuilder NestedModule => new ModuleBuilder().Function(ThreeI32, [WasmType.I32, WasmType.I32, WasmType.I32], Nested);

    [Fact]
    public void Sums_and_products_that_a_loop_does_not_change_are_computed_before_it()
    {
        var ops = Ops(new Invocation(NestedModule).Module).Select(o => o.Op).ToList();

        // b * c before the outer loop; row * c and (row + 1) * b before the inner one, which is left with two additions and its turn.
        Assert.Equal(3, ops.Count(o => o == DeviceOp.I32Mul));
        var inner = ops[(ops.LastIndexOf(DeviceOp.I32Mul) + 1)..ops.IndexOf(DeviceOp.StepBrLtS)];
        Assert.Equal([DeviceOp.Block, DeviceOp.I32Add, DeviceOp.I32Add], inner);
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(1)]
    [InlineData(100)]
    public void Results_are_those_of_the_loop_as_it_was_written(long slice)
    {
        foreach (var (a, b, c) in new[] { (3, 4, 5), (1, 0, 7), (0, 2, -3), (4, 1, int.MaxValue) })
        {
            var expected = 0;
            var row = 0;
            do
            {
                var i = 0;
                do expected += (b * c) + (row * c); while (++i < (row + 1) * b);
            }
            while (++row < a);
            Assert.Equal(expected, new Invocation(NestedModule).CallInSlices(0, slice, a, b, c).Bits);
        }
    }

    public static TheoryData<bool, int, int, int> Turns => new()
    {
        { true, 7, 3, 100 }, { true, 0, 1, 1 }, { true, int.MaxValue - 5, 10, int.MinValue + 1 }, { true, -9, 9, -9 },
        { false, 12, 0, 0 }, { false, 0, 0, 0 }, { false, -4, 0, 0 },
    };

    [Theory]
    [MemberData(nameof(Turns))]
    public void Step_and_turn_are_one_instruction_by_a_register_and_downwards(bool isByRegister, int from, int step, int limit)
    {
        // do count++; while ((a += b) < c), or while ((a -= 1) >= 0).
        Instruction[] turn = isByRegister
            ? [Get(0), Get(1), Opcode.I32Add, Tee(0), Get(2), Opcode.I32LtS, BrIf(0)]
            : [Get(0), I32(1), Opcode.I32Sub, Tee(0), I32(0), Opcode.I32GeS, BrIf(0)];
        var invocation = new Invocation(new ModuleBuilder().Function(ThreeI32, [WasmType.I32], [Loop(), Get(3), I32(1), Opcode.I32Add, Set(3), .. turn, Opcode.End, Get(3)]));
        var ops = Ops(invocation.Module).Select(o => o.Op).ToList();
        Assert.Equal(isByRegister ? DeviceOp.AddBrLtS : DeviceOp.StepBrGeSImm, ops[ops.LastIndexOf(DeviceOp.I32AddImm) + 1]);

        var expected = 0;
        var a = from;
        if (isByRegister) do expected++; while ((a = unchecked(a + step)) < limit);
        else do expected++; while (--a >= 0);
        Assert.Equal(expected, invocation.Call(0, from, step, limit).Bits);
    }

    [Fact]
    public void What_the_loop_changes_stays_in_it()
    {
        // do { a = a * b; sum += a * b; } while (++i < 3): both products change.
        Instruction[] body =
        [
            Loop(), Get(0), Get(1), Opcode.I32Mul, Set(0), Get(3), Get(0), Get(1), Opcode.I32Mul, Opcode.I32Add, Set(3),
            Get(4), I32(1), Opcode.I32Add, Tee(4), I32(3), Opcode.I32LtS, BrIf(0), Opcode.End, Get(3),
        ];
        var invocation = new Invocation(new ModuleBuilder().Function(ThreeI32, [WasmType.I32, WasmType.I32], body));
        Assert.Equal((2 * 9) + (2 * 27) + (2 * 81), invocation.Call(0, 2, 3, 0).Bits);
    }

    [Fact]
    public void The_old_value_of_a_counter_is_kept_by_one_move()
    {
        // x = i++; return x + i: the old value is kept first, then the counter steps in place.
        Instruction[] body = [Get(0), Get(0), I32(1), Opcode.I32Add, Set(0), Set(1), Get(1), Get(0), Opcode.I32Add];
        var invocation = new Invocation(new ModuleBuilder().Function(ThreeI32, [], body));
        Assert.Equal([DeviceOp.MoveI32, DeviceOp.I32AddImm, DeviceOp.I32Add], Ops(invocation.Module).Select(o => o.Op).Skip(1).Take(3));
        Assert.Equal(15, invocation.Call(0, 7, 0, 0).Bits);
    }

    [Fact]
    public void A_trap_between_keeps_its_place()
    {
        // x is kept while local 0 becomes a quotient, whose trap must be found where the division stands.
        Instruction[] body = [Get(0), Get(0), Get(1), Opcode.I32DivS, Set(0), Get(0), Opcode.I32Add];
        var invocation = new Invocation(new ModuleBuilder().Function(ThreeI32, [], body));
        Assert.Equal(12 + 4, invocation.Call(0, 12, 3, 0).Bits);
        Assert.Equal(TrapCode.IntegerDivideByZero, invocation.Call(0, 12, 0, 0).Trap);
        Assert.Equal(invocation.Module.Functions[0].Body[3].Offset, invocation.Executor.TrapOffset);
    }

    internal static IEnumerable<(int Cell, DeviceOp Op)> Ops(Module module)
    {
        var image = new DeviceImage(ImageWriter.Write(module));
        for (var cell = 1; cell < image.Code.Length; cell += DeviceImage.Cells(image.Code[cell]))
        {
            if (Array.IndexOf(image.FunctionCells, cell) > 0) cell++;
            yield return (cell, (DeviceOp)(ushort)image.Code[cell]);
        }
    }
}
