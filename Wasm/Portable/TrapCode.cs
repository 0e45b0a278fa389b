namespace Fog.Wasm.Portable
{
    /// <summary>Why a guest stopped. The numbers are part of the canonical result (docs/values.md) and never change.</summary>
    public enum TrapCode : byte
    {
        None = 0,
        Unreachable = 1,
        OutOfBoundsMemoryAccess = 2,
        OutOfBoundsTableAccess = 3,
        IntegerDivideByZero = 4,
        IntegerOverflow = 5,
        InvalidConversionToInteger = 6,
        UndefinedElement = 7,
        UninitializedElement = 8,
        IndirectCallTypeMismatch = 9,
        CallStackExhausted = 10,
        FuelExhausted = 11,

        /// <summary>More effects than a call may have (<see cref="PortableLimits.EffectsMax"/>, <see cref="PortableLimits.EffectBytesMax"/>).</summary>
        EffectLimitExceeded = 12,

        /// <summary>An effect on what has no name: <c>[a-z0-9-]{1,32}</c>.</summary>
        InvalidEffectName = 13,

        /// <summary>The device has no sensor of that name.</summary>
        UnknownSensor = 14,
    }

    /// <summary>Texts of traps, those of the WebAssembly core test suite where it has one.</summary>
    public static class TrapMessage
    {
        public static string Of(TrapCode code)
        {
            switch (code)
            {
                case TrapCode.Unreachable: return "unreachable";
                case TrapCode.OutOfBoundsMemoryAccess: return "out of bounds memory access";
                case TrapCode.OutOfBoundsTableAccess: return "out of bounds table access";
                case TrapCode.IntegerDivideByZero: return "integer divide by zero";
                case TrapCode.IntegerOverflow: return "integer overflow";
                case TrapCode.InvalidConversionToInteger: return "invalid conversion to integer";
                case TrapCode.UndefinedElement: return "undefined element";
                case TrapCode.UninitializedElement: return "uninitialized element";
                case TrapCode.IndirectCallTypeMismatch: return "indirect call type mismatch";
                case TrapCode.CallStackExhausted: return "call stack exhausted";
                case TrapCode.FuelExhausted: return "all fuel consumed";
                case TrapCode.EffectLimitExceeded: return "effect limit exceeded";
                case TrapCode.InvalidEffectName: return "invalid effect name";
                case TrapCode.UnknownSensor: return "unknown sensor";
                default: return "no trap";
            }
        }
    }
}
