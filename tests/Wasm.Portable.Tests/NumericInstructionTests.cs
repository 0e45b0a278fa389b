using Fog.Wasm.Format;
using static Fog.Wasm.Portable.Tests.ModuleBuilder;

namespace Fog.Wasm.Portable.Tests;

public class NumericInstructionTests
{
    private static readonly long[] Integers =
    [
        0, 1, -1, 2, 3, 7, 8, 31, 32, 33, 63, 64, 65, 127, 128, 255, 256, 32767, 32768, 65535, 65536, int.MaxValue, int.MinValue, int.MinValue + 1,
        uint.MaxValue, 1L << 32, (1L << 53) + 1, long.MaxValue, long.MinValue, long.MinValue + 1, 0x123456789ABCDEF0, -2, -128, -32769, 16777217, 9007199791611905,
    ];

    private static readonly double[] Doubles =
    [
        0.0, -0.0, 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, 0.49999999999999994, 1e-320, -1e-320, double.Epsilon, 1e-45, 1.17549435e-38, 3.4e38, 3.5e38, -3.5e38,
        1e300, -1e300, double.MaxValue, double.PositiveInfinity, double.NegativeInfinity, 2147483647, 2147483648, 2147483648.5, -2147483648, -2147483648.9, -2147483649,
        4294967295, 4294967295.9, 4294967296, 9223372036854775807, -9223372036854775808, 9223372036854774784, 18446744073709549568, 18446744073709551616.0,
        -0.9999999999999999, 4503599627370495.5, 4503599627370496, 16777217, 3.1415926535897931, 1.0000000596046448,
    ];

    private static readonly long[] NotNumbers64 = [0x7FF8000000000000, unchecked((long)0xFFF8000000000000), 0x7FF0000000000001, 0x7FFC000000001234];
    private static readonly long[] NotNumbers32 = [0x7FC00000, unchecked((int)0xFFC00000), 0x7F800001, 0x7FE01234];

    public static TheoryData<Opcode> Instructions => [.. OpcodeTable.Rows.Select(r => r.Opcode).Where(NumericOracle.Covers)];

    [Theory]
    [MemberData(nameof(Instructions))]
    public void An_instruction_computes_what_the_platform_does(Opcode opcode)
    {
        var signature = OpcodeTable.Get(opcode).Signature!;
        var locals = signature.Parameters.Select((_, i) => Get(i)).ToArray();
        var invocation = new Invocation(new ModuleBuilder().Function(signature, [], [.. locals, opcode]));
        foreach (var left in Values(signature.Parameters[0]))
        {
            foreach (var right in signature.Parameters.Length == 2 ? Values(signature.Parameters[1]) : [0])
            {
                long[] arguments = signature.Parameters.Length == 2 ? [left, right] : [left];
                var expected = NumericOracle.Compute(opcode, left, right);
                var actual = invocation.Call(0, arguments);
                Assert.True(expected == actual, $"{opcode} {left:X} {right:X}: {actual}, expected {expected}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Instructions))]
    public void An_instruction_computes_the_same_of_constants(Opcode opcode)
    {
        var signature = OpcodeTable.Get(opcode).Signature!;
        if (signature.Parameters.Length != 2) return;
        foreach (var right in Values(signature.Parameters[1]).Take(24))
        {
            // Both ways round, for the device's immediate forms.
            var constant = Constant(signature.Parameters[1], right);
            var invocation = new Invocation(new ModuleBuilder()
                .Function(new([signature.Parameters[0]], signature.Results), [], Get(0), constant, opcode)
                .Function(new([signature.Parameters[0]], signature.Results), [], constant, Get(0), opcode));
            foreach (var left in Values(signature.Parameters[0]).Take(24))
            {
                Assert.Equal(NumericOracle.Compute(opcode, left, right), invocation.Call(0, left));
                Assert.Equal(NumericOracle.Compute(opcode, right, left), invocation.Call(1, left));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Instructions))]
    public void A_comparison_decides_a_branch_as_it_decides_a_value(Opcode opcode)
    {
        var signature = OpcodeTable.Get(opcode).Signature!;
        if (signature.Results[0] != WasmType.I32 || signature.Parameters.Length != 2) return;
        Instruction[] compare = [Get(0), Get(1), opcode];
        var type = new FunctionType([signature.Parameters[0], signature.Parameters[1]], [WasmType.I32]);
        var invocation = new Invocation(new ModuleBuilder()
            .Function(type, [], [.. compare, If(WasmType.I32), I32(1), Opcode.Else, I32(0), Opcode.End])
            .Function(type, [], [.. compare, Opcode.I32Eqz, If(WasmType.I32), I32(0), Opcode.Else, I32(1), Opcode.End])
            .Function(type, [], [Block(), .. compare, BrIf(0), I32(0), Opcode.Return, Opcode.End, I32(1)])
            .Function(type, [], [Block(), .. compare, Opcode.I32Eqz, BrIf(0), I32(1), Opcode.Return, Opcode.End, I32(0)])
            .Function(type, [], [Block(WasmType.I32), I32(1), .. compare, BrIf(0), Opcode.Drop, I32(0), Opcode.End]));
        foreach (var left in Values(signature.Parameters[0]))
        {
            foreach (var right in Values(signature.Parameters[1]))
            {
                var expected = NumericOracle.Compute(opcode, left, right);
                if (expected.Trap != TrapCode.None) continue;
                var decided = expected with { Bits = expected.Bits != 0 ? 1 : 0 };
                for (var function = 0; function < 5; function++) Assert.True(decided == invocation.Call(function, left, right), $"{opcode} {left:X} {right:X}, form {function}");
            }
        }
    }

    [Theory]
    [InlineData(Opcode.I32Eq)]
    [InlineData(Opcode.I32Ne)]
    [InlineData(Opcode.I32LtS)]
    [InlineData(Opcode.I32LtU)]
    [InlineData(Opcode.I32GtS)]
    [InlineData(Opcode.I32GtU)]
    [InlineData(Opcode.I32LeS)]
    [InlineData(Opcode.I32LeU)]
    [InlineData(Opcode.I32GeS)]
    [InlineData(Opcode.I32GeU)]
    public void A_comparison_with_a_constant_decides_a_branch(Opcode opcode)
    {
        foreach (var right in Values(WasmType.I32))
        {
            var invocation = new Invocation(new ModuleBuilder()
                .Function(new([WasmType.I32], [WasmType.I32]), [], Get(0), I32((int)right), opcode, If(WasmType.I32), I32(1), Opcode.Else, I32(0), Opcode.End)
                .Function(new([WasmType.I32], [WasmType.I32]), [], I32((int)right), Get(0), opcode, Opcode.I32Eqz, If(WasmType.I32), I32(0), Opcode.Else, I32(1), Opcode.End));
            foreach (var left in Values(WasmType.I32))
            {
                Assert.Equal(NumericOracle.Compute(opcode, left, right), invocation.Call(0, left));
                Assert.Equal(NumericOracle.Compute(opcode, right, left), invocation.Call(1, left));
            }
        }
    }

    private static Instruction Constant(WasmType type, long bits) => type switch
    {
        WasmType.I32 => I32((int)bits),
        WasmType.I64 => I64(bits),
        WasmType.F32 => Instruction.F32ConstBits((uint)bits),
        _ => new(Opcode.F64Const, (ulong)bits),
    };

    private static IEnumerable<long> Values(WasmType type) => type switch
    {
        WasmType.I32 => Integers.Select(v => (long)(int)v).Distinct(),
        WasmType.I64 => Integers,
        WasmType.F32 => NotNumbers32.Concat(Doubles.Select(d => (long)BitConverter.SingleToInt32Bits((float)d)).Distinct()),
        _ => NotNumbers64.Concat(Doubles.Select(BitConverter.DoubleToInt64Bits)),
    };
}
