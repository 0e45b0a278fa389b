using Fog.Wasm.Format;

namespace Fog.Wasm.Runtime.Compilation;

/// <summary>A global: of its fields the one of its type is meant.</summary>
public sealed class GuestGlobal(GlobalType type)
{
    internal int I32;
    internal long I64;
    internal float F32;
    internal double F64;
    internal object? Reference;

    public GlobalType Type { get; } = type;

    /// <summary>The value of a number.</summary>
    public ulong Bits
    {
        get => Type.Type switch
        {
            WasmType.I32 => (uint)I32,
            WasmType.I64 => (ulong)I64,
            WasmType.F32 => BitConverter.SingleToUInt32Bits(F32),
            _ => BitConverter.DoubleToUInt64Bits(F64),
        };
        init
        {
            switch (Type.Type)
            {
                case WasmType.I32:
                    I32 = (int)value;
                    break;
                case WasmType.I64:
                    I64 = (long)value;
                    break;
                case WasmType.F32:
                    F32 = BitConverter.UInt32BitsToSingle((uint)value);
                    break;
                default:
                    F64 = BitConverter.UInt64BitsToDouble(value);
                    break;
            }
        }
    }

    /// <summary>The value of a reference.</summary>
    public object? Target
    {
        get => Reference;
        init => Reference = value;
    }
}
