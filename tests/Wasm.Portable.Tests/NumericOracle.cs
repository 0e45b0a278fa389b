using System.Numerics;
using Fog.Wasm.Format;

namespace Fog.Wasm.Portable.Tests;

// Where the compiler is referenced, Fog.Wasm.Math is nearer.
using Math = System.Math;

/// <summary>
/// What each numeric instruction computes, by .NET's own library: bits in, bits or trap out. Independent of the code under
/// test. NaN results are canonical where the instruction computes, and untouched where it only moves bits.
/// </summary>
internal static class NumericOracle
{
    private const long NaN64 = 0x7FF8000000000000;
    private const int NaN32 = 0x7FC00000;

    public readonly record struct Outcome(long Bits, TrapCode Trap = TrapCode.None)
    {
        public static implicit operator Outcome(long bits) => new(bits);

        public static implicit operator Outcome(TrapCode trap) => new(0, trap);

        public static implicit operator Outcome(bool value) => new(value ? 1 : 0);

        public static implicit operator Outcome(double value) => new(double.IsNaN(value) ? NaN64 : BitConverter.DoubleToInt64Bits(value));

        public static implicit operator Outcome(float value) => new(float.IsNaN(value) ? NaN32 : BitConverter.SingleToInt32Bits(value));
    }

    /// <summary>i32 and f32 as their low 32 bits, sign-extended.</summary>
    public static Outcome Compute(Opcode opcode, long left, long right = 0)
    {
        var outcome = Evaluate(opcode, left, right);
        var type = OpcodeTable.Get(opcode).Signature!.Results[0];
        return type is WasmType.I32 or WasmType.F32 ? outcome with { Bits = (int)outcome.Bits } : outcome;
    }

    public static bool Covers(Opcode opcode) =>
        OpcodeTable.Get(opcode) is { Immediates: Immediates.None, Signature.Results.Length: 1 };

    private static Outcome Evaluate(Opcode opcode, long left, long right)
    {
        var signature = OpcodeTable.Get(opcode).Signature!;
        var name = opcode.ToString();
        return signature.Parameters[0] switch
        {
            WasmType.I32 when signature.Parameters.Length == 2 => I32(name[3..], (int)left, (int)right),
            WasmType.I64 when signature.Parameters.Length == 2 => I64(name[3..], left, right),
            WasmType.F32 when signature.Parameters.Length == 2 => F32(name[3..], (int)left, (int)right),
            WasmType.F64 when signature.Parameters.Length == 2 => F64(name[3..], left, right),
            _ => Unary(opcode, left),
        };
    }

    private static Outcome I32(string op, int a, int b) => op switch
    {
        "Eq" => a == b,
        "Ne" => a != b,
        "LtS" => a < b,
        "LtU" => (uint)a < (uint)b,
        "GtS" => a > b,
        "GtU" => (uint)a > (uint)b,
        "LeS" => a <= b,
        "LeU" => (uint)a <= (uint)b,
        "GeS" => a >= b,
        "GeU" => (uint)a >= (uint)b,
        "Add" => (long)unchecked(a + b),
        "Sub" => (long)unchecked(a - b),
        "Mul" => (long)unchecked(a * b),
        "DivS" => b == 0 ? TrapCode.IntegerDivideByZero : a == int.MinValue && b == -1 ? TrapCode.IntegerOverflow : (long)(a / b),
        "DivU" => b == 0 ? TrapCode.IntegerDivideByZero : (long)((uint)a / (uint)b),
        "RemS" => b == 0 ? TrapCode.IntegerDivideByZero : b == -1 ? 0L : a % b,
        "RemU" => b == 0 ? TrapCode.IntegerDivideByZero : (long)((uint)a % (uint)b),
        "And" => (long)(a & b),
        "Or" => (long)(a | b),
        "Xor" => (long)(a ^ b),
        "Shl" => (long)(a << (b & 31)),
        "ShrS" => (long)(a >> (b & 31)),
        "ShrU" => (long)(a >>> (b & 31)),
        "Rotl" => (long)(int)BitOperations.RotateLeft((uint)a, b),
        "Rotr" => (long)(int)BitOperations.RotateRight((uint)a, b),
        _ => throw new InvalidOperationException(op),
    };

    private static Outcome I64(string op, long a, long b) => op switch
    {
        "Eq" => a == b,
        "Ne" => a != b,
        "LtS" => a < b,
        "LtU" => (ulong)a < (ulong)b,
        "GtS" => a > b,
        "GtU" => (ulong)a > (ulong)b,
        "LeS" => a <= b,
        "LeU" => (ulong)a <= (ulong)b,
        "GeS" => a >= b,
        "GeU" => (ulong)a >= (ulong)b,
        "Add" => unchecked(a + b),
        "Sub" => unchecked(a - b),
        "Mul" => unchecked(a * b),
        "DivS" => b == 0 ? TrapCode.IntegerDivideByZero : a == long.MinValue && b == -1 ? TrapCode.IntegerOverflow : a / b,
        "DivU" => b == 0 ? TrapCode.IntegerDivideByZero : (long)((ulong)a / (ulong)b),
        "RemS" => b == 0 ? TrapCode.IntegerDivideByZero : b == -1 ? 0L : a % b,
        "RemU" => b == 0 ? TrapCode.IntegerDivideByZero : (long)((ulong)a % (ulong)b),
        "And" => a & b,
        "Or" => a | b,
        "Xor" => a ^ b,
        "Shl" => a << (int)(b & 63),
        "ShrS" => a >> (int)(b & 63),
        "ShrU" => a >>> (int)(b & 63),
        "Rotl" => (long)BitOperations.RotateLeft((ulong)a, (int)b),
        "Rotr" => (long)BitOperations.RotateRight((ulong)a, (int)b),
        _ => throw new InvalidOperationException(op),
    };

    private static Outcome F64(string op, long x, long y)
    {
        var (a, b) = (BitConverter.Int64BitsToDouble(x), BitConverter.Int64BitsToDouble(y));
        return op switch
        {
            "Eq" => a == b,
            "Ne" => a != b,
            "Lt" => a < b,
            "Gt" => a > b,
            "Le" => a <= b,
            "Ge" => a >= b,
            "Add" => a + b,
            "Sub" => a - b,
            "Mul" => a * b,
            "Div" => a / b,
            "Min" => Math.Min(a, b),
            "Max" => Math.Max(a, b),
            "Copysign" => (x & long.MaxValue) | (y & long.MinValue),
            _ => throw new InvalidOperationException(op),
        };
    }

    private static Outcome F32(string op, int x, int y)
    {
        var (a, b) = (BitConverter.Int32BitsToSingle(x), BitConverter.Int32BitsToSingle(y));
        return op switch
        {
            "Eq" => a == b,
            "Ne" => a != b,
            "Lt" => a < b,
            "Gt" => a > b,
            "Le" => a <= b,
            "Ge" => a >= b,
            "Add" => a + b,
            "Sub" => a - b,
            "Mul" => a * b,
            "Div" => a / b,
            "Min" => MathF.Min(a, b),
            "Max" => MathF.Max(a, b),
            "Copysign" => (long)((x & int.MaxValue) | (y & int.MinValue)),
            _ => throw new InvalidOperationException(op),
        };
    }

    private static Outcome Unary(Opcode opcode, long bits)
    {
        var i = (int)bits;
        var f = BitConverter.Int32BitsToSingle(i);
        var d = BitConverter.Int64BitsToDouble(bits);
        return opcode switch
        {
            Opcode.I32Eqz => i == 0,
            Opcode.I64Eqz => bits == 0,
            Opcode.I32Clz => (long)BitOperations.LeadingZeroCount((uint)i),
            Opcode.I32Ctz => (long)BitOperations.TrailingZeroCount(i),
            Opcode.I32Popcnt => (long)BitOperations.PopCount((uint)i),
            Opcode.I64Clz => (long)BitOperations.LeadingZeroCount((ulong)bits),
            Opcode.I64Ctz => (long)BitOperations.TrailingZeroCount(bits),
            Opcode.I64Popcnt => (long)BitOperations.PopCount((ulong)bits),
            Opcode.I32Extend8S => (long)(sbyte)i,
            Opcode.I32Extend16S => (long)(short)i,
            Opcode.I64Extend8S => (long)(sbyte)bits,
            Opcode.I64Extend16S => (long)(short)bits,
            Opcode.I64Extend32S => (long)i,
            Opcode.F32Abs => (long)(i & int.MaxValue),
            Opcode.F32Neg => (long)(i ^ int.MinValue),
            Opcode.F32Ceil => MathF.Ceiling(f),
            Opcode.F32Floor => MathF.Floor(f),
            Opcode.F32Trunc => MathF.Truncate(f),
            Opcode.F32Nearest => MathF.Round(f, MidpointRounding.ToEven),
            Opcode.F32Sqrt => MathF.Sqrt(f),
            Opcode.F64Abs => bits & long.MaxValue,
            Opcode.F64Neg => bits ^ long.MinValue,
            Opcode.F64Ceil => Math.Ceiling(d),
            Opcode.F64Floor => Math.Floor(d),
            Opcode.F64Trunc => Math.Truncate(d),
            Opcode.F64Nearest => Math.Round(d, MidpointRounding.ToEven),
            Opcode.F64Sqrt => Math.Sqrt(d),
            Opcode.I32WrapI64 => (long)i,
            Opcode.I64ExtendI32S => (long)i,
            Opcode.I64ExtendI32U => (long)(uint)i,
            Opcode.I32TruncF32S or Opcode.I32TruncSatF32S => ToInteger(opcode, f, int.MinValue, int.MaxValue),
            Opcode.I32TruncF32U or Opcode.I32TruncSatF32U => ToInteger(opcode, f, 0, uint.MaxValue),
            Opcode.I32TruncF64S or Opcode.I32TruncSatF64S => ToInteger(opcode, d, int.MinValue, int.MaxValue),
            Opcode.I32TruncF64U or Opcode.I32TruncSatF64U => ToInteger(opcode, d, 0, uint.MaxValue),
            Opcode.I64TruncF32S or Opcode.I64TruncSatF32S => ToInteger(opcode, f, long.MinValue, long.MaxValue),
            Opcode.I64TruncF32U or Opcode.I64TruncSatF32U => ToInteger(opcode, f, 0, ulong.MaxValue),
            Opcode.I64TruncF64S or Opcode.I64TruncSatF64S => ToInteger(opcode, d, long.MinValue, long.MaxValue),
            Opcode.I64TruncF64U or Opcode.I64TruncSatF64U => ToInteger(opcode, d, 0, ulong.MaxValue),
            Opcode.F32ConvertI32S => ToSingle(i),
            Opcode.F32ConvertI32U => ToSingle((uint)i),
            Opcode.F32ConvertI64S => ToSingle(bits),
            Opcode.F32ConvertI64U => ToSingle((ulong)bits),
            Opcode.F32DemoteF64 => (float)d,
            Opcode.F64ConvertI32S => (double)i,
            Opcode.F64ConvertI32U => (double)(uint)i,
            Opcode.F64ConvertI64S => (double)bits,
            Opcode.F64ConvertI64U => (double)(ulong)bits,
            Opcode.F64PromoteF32 => (double)f,
            Opcode.I32ReinterpretF32 or Opcode.F32ReinterpretI32 => (long)i,
            Opcode.I64ReinterpretF64 or Opcode.F64ReinterpretI64 => bits,
            _ => throw new InvalidOperationException($"no oracle for {opcode}"),
        };
    }

    private static Outcome ToInteger(Opcode opcode, double value, BigInteger min, BigInteger max)
    {
        var saturates = opcode.ToString().Contains("Sat", StringComparison.Ordinal);
        if (double.IsNaN(value)) return saturates ? 0L : TrapCode.InvalidConversionToInteger;
        if (double.IsInfinity(value)) value = value > 0 ? 1e30 : -1e30;
        var exact = new BigInteger(Math.Truncate(value));
        if (!saturates && (exact < min || exact > max)) return TrapCode.IntegerOverflow;
        return (long)(ulong)(BigInteger.Clamp(exact, min, max) & ulong.MaxValue);
    }

    // Correctly rounded whatever the JIT makes of a cast: the nearest of three neighbours, ties to even.
    private static float ToSingle(BigInteger value)
    {
        var guess = (float)(double)value;
        float[] candidates = [MathF.BitDecrement(guess), guess, MathF.BitIncrement(guess)];
        return candidates.OrderBy(c => BigInteger.Abs(new BigInteger((double)c) - value)).ThenBy(c => BitConverter.SingleToInt32Bits(c) & 1).First();
    }
}
