using System.Reflection;
using Fog.Wasm.Format;
using static Fog.Wasm.Portable.Tests.ModuleBuilder;

namespace Fog.Wasm.Portable.Tests;

/// <summary>
/// Where nanoFramework computes otherwise than .NET, the executor does not leave it to either: floating-point division by
/// zero, comparison with NaN, conversions out of range, int.MinValue / -1. A scan of its code finds whatever could rely on
/// .NET's way; the other tests are to be run on both.
/// </summary>
public class NanoFrameworkNumericsTests
{
    // Each division and conversion there is; what is tested before it stands beside.
    private static readonly Dictionary<(string Method, string Finding), int> Known = new()
    {
        // A zero divisor of either sign is asked for first; no constant divisor is zero.
        [("Executor.RunSlice", "div of floats")] = 2,
        [("Executor.RunSeldom", "div of floats")] = 1,
        [("FogModule.Sensor", "div of floats")] = 1,

        // 0 traps and -1 is a case of its own, both in RunSeldom; unsigned ones need only the former.
        [("Executor.RunSlice", "div of integers")] = 1,
        [("Executor.RunSlice", "rem of integers")] = 1,
        [("Executor.RunSlice", "div.un of integers")] = 1,
        [("Executor.RunSlice", "rem.un of integers")] = 1,
        [("Executor.RunSeldom", "div of integers")] = 1,
        [("Executor.RunSeldom", "rem of integers")] = 1,
        [("Executor.RunSeldom", "div.un of integers")] = 1,
        [("Executor.RunSeldom", "rem.un of integers")] = 1,

        // Widths of elements and of entries, 1 and more.
        [("FunctionRun.EncodeResult", "div of integers")] = 1,
        [("ArgumentReader..ctor", "div of integers")] = 1,
        [("ImageReader.WideCount", "div of integers")] = 1,

        // The value was compared with the range first.
        [("Executor.RunSlice", "conv.i8 of a float")] = 1,
        [("FloatOps.Truncate", "conv.i8 of a float")] = 1,
        [("FloatOps.ToI32", "conv.i8 of a float")] = 1,
        [("FloatOps.ToU64", "conv.i8 of a float")] = 2,
        [("FloatOps.SaturateI64", "conv.i8 of a float")] = 1,
        [("Executor.TruncateI64", "conv.i8 of a float")] = 1,
    };

    private static readonly FunctionType TwoF64 = new([WasmType.F64, WasmType.F64], [WasmType.I32]);
    private static readonly double[] Numbers = [double.NaN, double.NegativeInfinity, -1, -0.0, 0.0, 1, double.PositiveInfinity];

    [Fact]
    public void Floats_are_neither_compared_divided_nor_converted_where_it_was_not_thought_of()
    {
        var found = NumericScan.Of(typeof(FunctionRun).Assembly.GetTypes()).GroupBy(f => f).ToDictionary(g => g.Key, g => g.Count());
        Assert.Equal(
            Known.Select(k => $"{k.Value} {k.Key.Finding} in {k.Key.Method}").Order(StringComparer.Ordinal),
            found.Select(k => $"{k.Value} {k.Key.Finding} in {k.Key.Method}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_scan_sees_what_it_is_there_to_see()
    {
        var found = NumericScan.Of([typeof(CarelessArithmetic)]).Select(f => f.Finding).ToList();
        Assert.Contains("div of floats", found);
        Assert.Contains("rem of floats", found);
        Assert.Contains("conv.i4 of a float", found);
        Assert.Contains("div of integers", found);
        Assert.Contains(found, f => f is "cgt of floats" or "ble.un of floats" or "bgt of floats");
        Assert.Equal(3, CarelessArithmetic.Of(2, 2, 0));
    }

    public static TheoryData<double, double, double> Quotients() => new()
    {
        { 1.0, 0.0, double.PositiveInfinity },
        { 1.0, -0.0, double.NegativeInfinity },
        { -1.0, 0.0, double.NegativeInfinity },
        { double.NegativeInfinity, -0.0, double.PositiveInfinity },
        { 0.0, 0.0, double.NaN },
        { -0.0, 0.0, double.NaN },
        { double.NaN, 0.0, double.NaN },
    };

    [Theory]
    [MemberData(nameof(Quotients))]
    public void Division_by_a_zero_is_an_infinity_or_NaN(double dividend, double divisor, double quotient)
    {
        var byRegister = new Invocation(new ModuleBuilder().Function(new([WasmType.F64, WasmType.F64], [WasmType.F64]), [], Get(0), Get(1), Opcode.F64Div));
        Assert.Equal(BitConverter.DoubleToInt64Bits(quotient) & ~(double.IsNaN(quotient) ? long.MinValue : 0), byRegister.Call(0, Bits(dividend), Bits(divisor)).Bits);
        var byConstant = new Invocation(new ModuleBuilder().Function(new([WasmType.F64], [WasmType.F64]), [], Get(0), F64(divisor), Opcode.F64Div));
        Assert.Equal(byRegister.Call(0, Bits(dividend), Bits(divisor)), byConstant.Call(0, Bits(dividend)));
        var singles = new Invocation(new ModuleBuilder().Function(new([WasmType.F32, WasmType.F32], [WasmType.F32]), [], Get(0), Get(1), Opcode.F32Div));
        var single = BitConverter.Int32BitsToSingle((int)singles.Call(0, BitConverter.SingleToInt32Bits((float)dividend), BitConverter.SingleToInt32Bits((float)divisor)).Bits);
        Assert.Equal((float)quotient, single);
    }

    [Fact]
    public void A_comparison_with_NaN_is_false_but_for_not_equal_as_a_value_and_as_a_branch()
    {
        (Opcode Opcode, Func<double, double, bool> Compare)[] comparisons =
        [
            (Opcode.F64Eq, (a, b) => a == b), (Opcode.F64Ne, (a, b) => a != b), (Opcode.F64Lt, (a, b) => a < b),
            (Opcode.F64Gt, (a, b) => a > b), (Opcode.F64Le, (a, b) => a <= b), (Opcode.F64Ge, (a, b) => a >= b),
        ];
        foreach (var (opcode, compare) in comparisons)
        {
            var invocation = new Invocation(new ModuleBuilder()
                .Function(TwoF64, [], Get(0), Get(1), opcode)
                .Function(TwoF64, [], Get(0), Get(1), opcode, If(WasmType.I32), I32(1), Opcode.Else, I32(0), Opcode.End)
                .Function(TwoF64, [], Block(), Get(0), Get(1), opcode, BrIf(0), I32(0), Opcode.Return, Opcode.End, I32(1))
                .Function(TwoF64, [], Get(0), Get(1), opcode, Opcode.I32Eqz, If(WasmType.I32), I32(0), Opcode.Else, I32(1), Opcode.End)
                .Function(TwoF64, [], Get(0), Opcode.F32DemoteF64, Get(1), Opcode.F32DemoteF64, Single(opcode)));
            foreach (var a in Numbers)
            {
                foreach (var b in Numbers)
                {
                    for (var form = 0; form < 5; form++) Assert.Equal(compare(a, b) ? 1 : 0, invocation.Call(form, Bits(a), Bits(b)).Bits);
                }
            }
        }
    }

    [Theory]
    [InlineData(2147483648.0, TrapCode.IntegerOverflow, int.MaxValue)]
    [InlineData(-2147483649.0, TrapCode.IntegerOverflow, int.MinValue)]
    [InlineData(1e300, TrapCode.IntegerOverflow, int.MaxValue)]
    [InlineData(double.NegativeInfinity, TrapCode.IntegerOverflow, int.MinValue)]
    [InlineData(double.NaN, TrapCode.InvalidConversionToInteger, 0)]
    [InlineData(-2147483648.9, TrapCode.None, int.MinValue)]
    [InlineData(2147483647.9, TrapCode.None, int.MaxValue)]
    public void A_conversion_out_of_range_traps_or_saturates(double value, TrapCode trap, int saturated)
    {
        var invocation = new Invocation(new ModuleBuilder()
            .Function(new([WasmType.F64], [WasmType.I32]), [], Get(0), Opcode.I32TruncF64S)
            .Function(new([WasmType.F64], [WasmType.I32]), [], Get(0), Opcode.I32TruncSatF64S));
        Assert.Equal(trap, invocation.Call(0, Bits(value)).Trap);
        Assert.Equal(saturated, invocation.Call(1, Bits(value)).Bits);
    }

    [Fact]
    public void The_least_integer_divided_by_minus_one_traps_and_leaves_no_rest()
    {
        var invocation = new Invocation(new ModuleBuilder()
            .Function(new([WasmType.I32, WasmType.I32], [WasmType.I32]), [], Get(0), Get(1), Opcode.I32DivS)
            .Function(new([WasmType.I32, WasmType.I32], [WasmType.I32]), [], Get(0), Get(1), Opcode.I32RemS)
            .Function(new([WasmType.I64, WasmType.I64], [WasmType.I64]), [], Get(0), Get(1), Opcode.I64DivS)
            .Function(new([WasmType.I64, WasmType.I64], [WasmType.I64]), [], Get(0), Get(1), Opcode.I64RemS));
        Assert.Equal(TrapCode.IntegerOverflow, invocation.Call(0, int.MinValue, -1).Trap);
        Assert.Equal(0, invocation.Call(1, int.MinValue, -1).Bits);
        Assert.Equal(TrapCode.IntegerOverflow, invocation.Call(2, long.MinValue, -1).Trap);
        Assert.Equal(0, invocation.Call(3, long.MinValue, -1).Bits);
        for (var function = 0; function < 4; function++) Assert.Equal(TrapCode.IntegerDivideByZero, invocation.Call(function, 7, 0).Trap);
    }

    private static long Bits(double value) => BitConverter.DoubleToInt64Bits(value);

    private static Opcode Single(Opcode opcode) => Enum.Parse<Opcode>(opcode.ToString().Replace("F64", "F32", StringComparison.Ordinal));

    private static class CarelessArithmetic
    {
        public static int Of(double a, double b, int c)
        {
            if (a > b) c++;
            return (int)(a / b) + (int)(a % 2) + (c / (int)b) + (a >= b ? 2 : 0);
        }
    }
}
