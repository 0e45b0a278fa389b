namespace Fog.Wasm.Format;

/// <summary>A WebAssembly value type; the value is its byte in the binary format.</summary>
public enum WasmType : byte
{
    I32 = 0x7F,
    I64 = 0x7E,
    F32 = 0x7D,
    F64 = 0x7C,
    FuncRef = 0x70,
    ExternRef = 0x6F,
}

/// <summary>What can be asked of a <see cref="WasmType"/>.</summary>
public static class WasmTypes
{
    public static bool IsReference(this WasmType type) => type is WasmType.FuncRef or WasmType.ExternRef;

    /// <summary>The name the text format gives the type.</summary>
    public static string Name(this WasmType type) => type switch
    {
        WasmType.I32 => "i32",
        WasmType.I64 => "i64",
        WasmType.F32 => "f32",
        WasmType.F64 => "f64",
        WasmType.FuncRef => "funcref",
        _ => "externref",
    };
}
