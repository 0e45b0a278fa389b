using System.Numerics;
using System.Reflection;
using Fog.Wasm.Format;
using Fog.Wasm.Portable;

namespace Fog.Wasm.Runtime.Compilation;

/// <summary>Fields and methods that compiled code names.</summary>
internal static class Members
{
    private const BindingFlags Any = BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    public static readonly FieldInfo Meter = Field<ModuleInstance>("Meter");
    public static readonly FieldInfo Memory = Field<ModuleInstance>("Memory");
    public static readonly FieldInfo Globals = Field<ModuleInstance>("Globals");
    public static readonly FieldInfo Tables = Field<ModuleInstance>("Tables");
    public static readonly FieldInfo Fuel = Field<Meter>("Fuel");
    public static readonly FieldInfo Slots = Field<Meter>("Slots");
    public static readonly FieldInfo References = Field<Meter>("References");
    public static readonly FieldInfo Size = Field<GuestMemory>("Size");
    public static readonly MethodInfo Pages = Property(typeof(GuestMemory), "Pages");
    public static readonly MethodInfo TableSize = Property(typeof(GuestTable), "Size");
    public static readonly MethodInfo Function = Method(typeof(ModuleInstance), "Function", typeof(int));
    public static readonly MethodInfo Invoke = Method(typeof(GuestFunction), "Invoke", typeof(ModuleInstance), typeof(int));
    public static readonly MethodInfo CallImport = Operation("CallImport");
    public static readonly MethodInfo Base = Operation("Base");
    public static readonly MethodInfo Kept = Operation("Kept");
    public static readonly MethodInfo Raise = Operation("Raise");
    public static readonly MethodInfo RaiseConversion = Operation("RaiseConversion");
    public static readonly MethodInfo Refill = Operation("Refill");
    public static readonly MethodInfo Callee = Operation("Callee");
    public static readonly MethodInfo CanonicalSingle = Method(typeof(GuestOperations), "Canonical", typeof(float));
    public static readonly MethodInfo CanonicalDouble = Method(typeof(GuestOperations), "Canonical", typeof(double));
    public static readonly MethodInfo SingleNaN = Method(typeof(GuestOperations), "NaN", typeof(int));
    public static readonly MethodInfo DoubleNaN = Method(typeof(GuestOperations), "NaN", typeof(long));
    public static readonly MethodInfo SingleOfBits = Method(typeof(BitConverter), "Int32BitsToSingle", typeof(int));
    public static readonly MethodInfo DoubleOfBits = Method(typeof(BitConverter), "Int64BitsToDouble", typeof(long));
    public static readonly MethodInfo BitsOfSingle = Method(typeof(BitConverter), "SingleToInt32Bits", typeof(float));
    public static readonly MethodInfo BitsOfDouble = Method(typeof(BitConverter), "DoubleToInt64Bits", typeof(double));

    /// <summary>Instructions that are a method of the platform, or of the portable executor.</summary>
    public static readonly IReadOnlyDictionary<Opcode, MethodInfo> Operations = new Dictionary<Opcode, MethodInfo>
    {
        [Opcode.I32Clz] = Method(typeof(BitOperations), "LeadingZeroCount", typeof(uint)),
        [Opcode.I32Ctz] = Method(typeof(BitOperations), "TrailingZeroCount", typeof(uint)),
        [Opcode.I32Popcnt] = Method(typeof(BitOperations), "PopCount", typeof(uint)),
        [Opcode.I32Rotl] = Method(typeof(GuestOperations), "RotateLeft", typeof(int), typeof(int)),
        [Opcode.I32Rotr] = Method(typeof(GuestOperations), "RotateRight", typeof(int), typeof(int)),
        [Opcode.I64Clz] = Method(typeof(BitOperations), "LeadingZeroCount", typeof(ulong)),
        [Opcode.I64Ctz] = Method(typeof(BitOperations), "TrailingZeroCount", typeof(ulong)),
        [Opcode.I64Popcnt] = Method(typeof(BitOperations), "PopCount", typeof(ulong)),
        [Opcode.I64Rotl] = Method(typeof(GuestOperations), "RotateLeft", typeof(long), typeof(int)),
        [Opcode.I64Rotr] = Method(typeof(GuestOperations), "RotateRight", typeof(long), typeof(int)),
        [Opcode.F32Abs] = Method(typeof(MathF), "Abs", typeof(float)),
        [Opcode.F32Ceil] = Method(typeof(MathF), "Ceiling", typeof(float)),
        [Opcode.F32Floor] = Method(typeof(MathF), "Floor", typeof(float)),
        [Opcode.F32Trunc] = Method(typeof(MathF), "Truncate", typeof(float)),
        [Opcode.F32Nearest] = Method(typeof(MathF), "Round", typeof(float)),
        [Opcode.F32Sqrt] = Method(typeof(MathF), "Sqrt", typeof(float)),
        [Opcode.F32Min] = Method(typeof(MathF), "Min", typeof(float), typeof(float)),
        [Opcode.F32Max] = Method(typeof(MathF), "Max", typeof(float), typeof(float)),
        [Opcode.F32Copysign] = Method(typeof(MathF), "CopySign", typeof(float), typeof(float)),
        [Opcode.F64Abs] = Method(typeof(System.Math), "Abs", typeof(double)),
        [Opcode.F64Ceil] = Method(typeof(System.Math), "Ceiling", typeof(double)),
        [Opcode.F64Floor] = Method(typeof(System.Math), "Floor", typeof(double)),
        [Opcode.F64Trunc] = Method(typeof(System.Math), "Truncate", typeof(double)),
        [Opcode.F64Nearest] = Method(typeof(System.Math), "Round", typeof(double)),
        [Opcode.F64Sqrt] = Method(typeof(System.Math), "Sqrt", typeof(double)),
        [Opcode.F64Min] = Method(typeof(System.Math), "Min", typeof(double), typeof(double)),
        [Opcode.F64Max] = Method(typeof(System.Math), "Max", typeof(double), typeof(double)),
        [Opcode.F64Copysign] = Method(typeof(System.Math), "CopySign", typeof(double), typeof(double)),
        [Opcode.F32ConvertI64S] = Method(typeof(FloatOps), "SingleFromI64", typeof(long)),
        [Opcode.F32ConvertI64U] = Method(typeof(FloatOps), "SingleFromU64", typeof(long)),
        [Opcode.F64ConvertI64U] = Method(typeof(FloatOps), "FromU64", typeof(long)),
        [Opcode.I32ReinterpretF32] = BitsOfSingle,
        [Opcode.I64ReinterpretF64] = BitsOfDouble,
        [Opcode.F32ReinterpretI32] = SingleOfBits,
        [Opcode.F64ReinterpretI64] = DoubleOfBits,
        [Opcode.I64TruncF32U] = Method(typeof(FloatOps), "ToU64", typeof(double)),
        [Opcode.I64TruncF64U] = Method(typeof(FloatOps), "ToU64", typeof(double)),
    };

    public static FieldInfo GlobalField(WasmType type) => Field<GuestGlobal>(type switch
    {
        WasmType.I32 => "I32",
        WasmType.I64 => "I64",
        WasmType.F32 => "F32",
        WasmType.F64 => "F64",
        _ => "Reference",
    });

    private static FieldInfo Field<T>(string name) => typeof(T).GetField(name, Any) ?? throw new MissingFieldException(typeof(T).Name, name);

    private static MethodInfo Operation(string name) => typeof(GuestOperations).GetMethod(name, Any) ?? throw new MissingMethodException(name);

    private static MethodInfo Property(Type type, string name) => type.GetProperty(name, Any)?.GetMethod ?? throw new MissingMethodException(name);

    private static MethodInfo Method(Type type, string name, params Type[] parameters) =>
        type.GetMethod(name, Any, parameters) ?? throw new MissingMethodException(type.Name, name);
}
