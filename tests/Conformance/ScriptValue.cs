using System.Globalization;
using System.Text.Json;
using Fog.Wasm.Format;

namespace Fog.Conformance;

/// <summary>An argument or a result; of a reference the bits are a number, or <see cref="Null"/>.</summary>
internal readonly record struct ScriptValue(WasmType Type, ulong Bits)
{
    public const ulong Null = ulong.MaxValue;

    public static ScriptValue Of(JsonElement value) => new(
        value.GetProperty("type").GetString() switch
        {
            "i32" => WasmType.I32,
            "i64" => WasmType.I64,
            "f32" => WasmType.F32,
            "f64" => WasmType.F64,
            "funcref" => WasmType.FuncRef,
            _ => WasmType.ExternRef,
        },
        BitsOf(value.GetProperty("value").GetString()!));

    /// <summary>Whether it is what the script expects, which may be a kind of NaN.</summary>
    public bool Matches(JsonElement expected) => expected.GetProperty("value").GetString()! switch
    {
        "nan:canonical" => Type == WasmType.F32 ? (Bits & 0x7FFFFFFF) == 0x7FC00000 : (Bits & long.MaxValue) == 0x7FF8000000000000,
        "nan:arithmetic" => Type == WasmType.F32 ? (Bits & 0x7FC00000) == 0x7FC00000 : (Bits & 0x7FF8000000000000) == 0x7FF8000000000000,
        var text => Bits == BitsOf(text),
    };

    public override string ToString() => Bits == Null && Type.IsReference() ? $"{Type.Name()} null" : $"{Type.Name()} {Bits:X}";

    private static ulong BitsOf(string text) => text == "null" ? Null : ulong.Parse(text, CultureInfo.InvariantCulture);
}
