namespace Fog.Wasm.Format;

/// <summary>The scalar kinds of fog values; the value is the tag of the canonical encoding (docs/values.md).</summary>
public enum FogKind : byte
{
    Void = 0,
    Bool = 1,
    I8 = 2,
    U8 = 3,
    I16 = 4,
    U16 = 5,
    Char = 6,
    I32 = 7,
    U32 = 8,
    I64 = 9,
    U64 = 10,
    F32 = 11,
    F64 = 12,
    String = 13,
}

/// <summary>Type of a fog argument or result: a kind, or an array of a scalar kind.</summary>
public readonly record struct FogType(FogKind Kind, bool IsArray = false)
{
    private static readonly string[] Names =
        ["void", "bool", "i8", "u8", "i16", "u16", "char", "i32", "u32", "i64", "u64", "f32", "f64", "string"];

    /// <summary>Tag byte of the canonical encoding: the kind, with the top bit for an array.</summary>
    public byte Tag => (byte)((byte)Kind | (IsArray ? 0x80 : 0));

    /// <summary>Passed as (pointer, length) rather than as a wasm value.</summary>
    public bool IsReference => IsArray || Kind == FogKind.String;

    /// <summary>Bytes of one element in linear memory and in the encoding; a string's element is a UTF-16 unit.</summary>
    public int ElementBytes => Kind switch
    {
        FogKind.Bool or FogKind.I8 or FogKind.U8 => 1,
        FogKind.I16 or FogKind.U16 or FogKind.Char or FogKind.String => 2,
        FogKind.I32 or FogKind.U32 or FogKind.F32 => 4,
        FogKind.I64 or FogKind.U64 or FogKind.F64 => 8,
        _ => 0,
    };

    /// <summary>The wasm type a scalar travels as.</summary>
    public WasmType WasmType => Kind switch
    {
        FogKind.I64 or FogKind.U64 => WasmType.I64,
        FogKind.F32 => WasmType.F32,
        FogKind.F64 => WasmType.F64,
        _ => WasmType.I32,
    };

    public static bool TryParse(string? name, out FogType type)
    {
        type = default;
        if (name is null) return false;
        var isArray = name.EndsWith("[]", StringComparison.Ordinal);
        var kind = Array.IndexOf(Names, isArray ? name.Substring(0, name.Length - 2) : name);
        if (kind < 0) return false;
        type = new((FogKind)kind, isArray);
        return type.IsWellFormed;
    }

    /// <summary>The type with this tag, if there is one.</summary>
    public static bool TryFromTag(byte tag, out FogType type)
    {
        type = new((FogKind)(tag & 0x7F), (tag & 0x80) != 0);
        return type.IsWellFormed;
    }

    /// <summary>The name used in manifests: <c>f64</c>, <c>i32[]</c>, <c>string</c>, <c>void</c>.</summary>
    public override string ToString() => Names[(int)Kind] + (IsArray ? "[]" : "");

    private bool IsWellFormed => Kind <= FogKind.String && !(IsArray && Kind is FogKind.Void or FogKind.String);
}
