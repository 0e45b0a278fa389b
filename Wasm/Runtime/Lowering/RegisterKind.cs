using Fog.Wasm.Format;

namespace Fog.Wasm.Runtime.Lowering;

/// <summary>The register files of the device image, in the order the image lists them.</summary>
internal enum RegisterKind
{
    I32,
    I64,
    F32,
    F64,
}

internal static class RegisterKinds
{
    public const int Count = 4;

    /// <summary>Where values of a type live; references are i32.</summary>
    public static RegisterKind Of(WasmType type) => type switch
    {
        WasmType.I64 => RegisterKind.I64,
        WasmType.F32 => RegisterKind.F32,
        WasmType.F64 => RegisterKind.F64,
        _ => RegisterKind.I32,
    };
}
