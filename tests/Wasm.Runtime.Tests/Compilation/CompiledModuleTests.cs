using System.Runtime.CompilerServices;
using Fog.Wasm.Format;
using Fog.Wasm.Portable;
using Fog.Wasm.Portable.Tests;
using Fog.Wasm.Runtime.Compilation;
using static Fog.Wasm.Portable.Tests.ModuleBuilder;

namespace Fog.Wasm.Runtime.Tests.Compilation;

public class CompiledModuleTests
{
    private static readonly long[] Integers =
        [0, 1, -1, 2, 7, 31, 32, 33, 63, 64, 127, 128, 255, 32768, 65535, int.MaxValue, int.MinValue, uint.MaxValue, 1L << 32, (1L << 53) + 1, long.MaxValue, long.MinValue, 9007199791611905];

    private static readonly double[] Doubles =
    [
        0.0, -0.0, 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, 0.49999999999999994, double.Epsilon, 1e-45, 3.4e38, 3.5e38, 1e300, double.PositiveInfinity, double.NegativeInfinity,
        2147483647, 2147483648, -2147483648, -2147483648.9, -2147483649, 4294967295.9, 4294967296, 9223372036854774784, 9223372036854775808, -9223372036854775808, 18446744073709549568,
        18446744073709551616.0, -0.9999999999999999, 4503599627370495.5, 16777217,
    ];

    private static readonly long[] NotNumbers64 = [0x7FF8000000000000, unchecked((long)0xFFF8000000000000), 0x7FF0000000000001, 0x7FFC000000001234];
    private static readonly long[] NotNumbers32 = [0x7FC00000, unchecked((int)0xFFC00000), 0x7F800001, 0x7FE01234];

    public static TheoryData<Opcode> Instructions => [.. OpcodeTable.Rows.Select(r => r.Opcode).Where(NumericOracle.Covers)];

    [Theory]
    [MemberData(nameof(Instructions))]
    public void An_instruction_computes_what_the_platform_does(Opcode opcode)
    {
        var signature = OpcodeTable.Get(opcode).Signature!;
        var module = new ModuleBuilder().Function(signature, [], [.. signature.Parameters.Select((_, i) => Get(i)), opcode]);
        var meter = new Meter(long.MaxValue);
        var instance = new ModuleInstance(CompiledModule.Compile(module.Build()), meter, 0);
        foreach (var left in Values(signature.Parameters[0]))
        {
            foreach (var right in signature.Parameters.Length == 2 ? Values(signature.Parameters[1]) : [0])
            {
                object?[] arguments = signature.Parameters.Length == 2 ? [(ulong)left, (ulong)right] : [(ulong)left];
                var expected = NumericOracle.Compute(opcode, left, right);
                var returned = instance.Call(instance.Function(0), arguments, 1);
                Assert.Equal(expected.Trap, meter.Trap);
                if (!returned) continue;
                var bits = signature.Results[0] is WasmType.I64 or WasmType.F64 ? meter.Slots[0] : (int)meter.Slots[0];
                Assert.True(expected.Bits == bits, $"{opcode} {left:X} {right:X}: {bits:X}, expected {expected.Bits:X}");
            }
        }
    }

    [Theory]
    [InlineData(Opcode.I32Rotl, 6)]
    [InlineData(Opcode.I32Rotr, 6)]
    [InlineData(Opcode.I32Shl, 6)]
    [InlineData(Opcode.I32Xor, -1)]
    [InlineData(Opcode.I32Sub, 1)]
    public void What_was_just_computed_can_be_compared_with_zero(Opcode opcode, int operand)
    {
        var module = new ModuleBuilder().Function(
            new([WasmType.I32], [WasmType.I32]), [], Get(0), Opcode.I32Eqz, I32(operand), opcode, If(WasmType.I32), I32(10), Opcode.Else, I32(20), Opcode.End);
        var both = new BothEngines(module);
        both.Call(0, 0);
        both.Call(0, 1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(1_000)]
    public void Calls_end_at_the_same_depth_and_never_at_the_end_of_the_stack(int callDepthMax)
    {
        // A frame with as many live locals as there may be.
        const int Locals = 1_990;
        List<Instruction> body = [];
        for (var i = 1; i <= Locals; i++) body.AddRange([Get(0), I32(i), Opcode.I32Mul, Opcode.I64ExtendI32S, Set(i)]);
        body.AddRange([Get(0), I32(1), Opcode.I32Add, Call(0)]);
        for (var i = 1; i <= Locals; i++) body.AddRange([Get(i), Opcode.I64Add]);
        var module = new ModuleBuilder().Function(new([WasmType.I32], [WasmType.I64]), [.. Enumerable.Repeat(WasmType.I64, Locals)], [.. body]);
        Assert.Equal(TrapCode.CallStackExhausted, new BothEngines(module, callDepthMax: callDepthMax).Call(0, 1).Trap);
        var code = CompiledModule.Compile(module.Build());
        var meter = new Meter(long.MaxValue);
        var instance = new ModuleInstance(code, meter, 0);
        GuestThread.Call(code.StackBytes(callDepthMax), () => instance.Call(instance.Function(0), [1UL], callDepthMax));
        Assert.Equal(TrapCode.CallStackExhausted, meter.Trap);
    }

    [Fact]
    public void Values_of_labels_change_places_all_at_once()
    {
        // loop (a b) -> (b a), n times: the parameters swap at each turn.
        var module = new ModuleBuilder()
            .Function(
                new([WasmType.I64, WasmType.I64, WasmType.I32], [WasmType.I64, WasmType.I64]),
                [],
                Get(0), Get(1),
                Instruction.WithBlock(Opcode.Loop, BlockType.Indexed(1)),
                Instruction.WithBlock(Opcode.Block, BlockType.Indexed(1)),
                Get(2), I32(1), Opcode.I32Sub, Tee(2), Opcode.I32Eqz, BrIf(2),
                Call(1),
                Br(1),
                Opcode.End,
                Opcode.End)
            .With(m => m with { Types = m.Types.Add(new([WasmType.I64, WasmType.I64], [WasmType.I64, WasmType.I64])) })
            .Function(new([WasmType.I64, WasmType.I64], [WasmType.I64, WasmType.I64]), [], Get(1), Get(0));
        var both = new BothEngines(module);
        Assert.Equal([1L, 2], both.Call(0, 1, 2, 5).Results);
        Assert.Equal([2L, 1], both.Call(0, 1, 2, 4).Results);
    }

    [Fact]
    public void A_NaN_is_canonical_where_it_was_computed_and_untouched_where_it_was_moved()
    {
        const long Signalling = 0x7FF0000000000001;
        FunctionType type = new([WasmType.F64, WasmType.I32], [WasmType.I64]);
        Instruction[] computed = [Get(0), Get(0), Opcode.F64Sub];
        var module = new ModuleBuilder().Memory(1)
            .Function(type, [], Get(0), Opcode.I64ReinterpretF64)
            .Function(type, [], [.. computed, Opcode.I64ReinterpretF64])
            .Function(type, [], [.. computed, Opcode.F64Neg, Opcode.I64ReinterpretF64])
            .Function(type, [], [F64(1), .. computed, Opcode.F64Copysign, Opcode.I64ReinterpretF64])
            .Function(type, [WasmType.F64], [.. computed, Set(2), Get(1), If(), Get(0), Set(2), Opcode.End, Get(2), Opcode.I64ReinterpretF64])
            .Function(type, [], [I32(8), .. computed, Instruction.Access(Opcode.F64Store), I32(8), Instruction.Access(Opcode.I64Load)])
            .Function(type, [], [.. computed, Get(0), Get(1), Opcode.Select, Opcode.I64ReinterpretF64]);
        var both = new BothEngines(module);
        foreach (var bits in (long[])[Signalling, unchecked((long)0xFFF8000000001234), 0x7FF0000000000000])
        {
            for (var function = 0; function < 7; function++)
            {
                both.Call(function, bits, 0);
                both.Call(function, bits, 1);
            }
        }

        Assert.Equal([Signalling], both.Call(0, Signalling, 0).Results);
        Assert.Equal([0x7FF8000000000000], both.Call(1, Signalling, 0).Results);
        Assert.Equal([unchecked((long)0xFFF8000000000000)], both.Call(2, Signalling, 0).Results);
    }

    [Fact]
    public void A_run_that_its_slices_end_has_no_result_and_keeps_its_fuel()
    {
        var module = new ModuleBuilder().Function(new([], []), [], Loop(), Br(0), Opcode.End);
        var meter = new Meter(1_000_000, new Ending());
        var instance = new ModuleInstance(CompiledModule.Compile(module.Build()), meter, 0);
        Assert.False(instance.Call(instance.Function(0), [], 1));
        Assert.True(meter.IsStopped);
        Assert.Equal(1_000_000 - 300, meter.FuelLeft);
    }

    [Fact]
    public void Compiled_code_is_collected_with_its_last_instance()
    {
        var code = Compiled();
        for (var i = 0; code.IsAlive && i < 10; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.False(code.IsAlive);
    }

    [Fact]
    public void A_function_beyond_the_compilers_limit_is_named()
    {
        var body = Enumerable.Repeat<Instruction>(Opcode.Nop, CompilationLimits.FunctionInstructionsMax).ToArray();
        Assert.Null(CompiledModule.Unsuitable(new ModuleBuilder().Function(new([], []), [], body[1..]).Build()));
        Assert.Contains("function 0 has 30001 instructions", CompiledModule.Unsuitable(new ModuleBuilder().Function(new([], []), [], body).Build()), StringComparison.Ordinal);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Compiled()
    {
        var module = new ModuleBuilder().Function(new([], [WasmType.I32]), [], I32(7));
        var meter = new Meter(100);
        var code = CompiledModule.Compile(module.Build());
        var instance = new ModuleInstance(code, meter, 0);
        Assert.True(instance.Call(instance.Function(0), [], 1));
        return new(code);
    }

    private static IEnumerable<long> Values(WasmType type) => type switch
    {
        WasmType.I32 => Integers.Select(v => (long)(int)v).Distinct(),
        WasmType.I64 => Integers,
        WasmType.F32 => Doubles.Select(v => (long)BitConverter.SingleToInt32Bits((float)v)).Concat(NotNumbers32),
        _ => Doubles.Select(BitConverter.DoubleToInt64Bits).Concat(NotNumbers64),
    };

    private sealed class Ending : ISliceSource
    {
        private int slices = 3;

        public long Next() => slices-- > 0 ? 100 : 0;
    }
}
