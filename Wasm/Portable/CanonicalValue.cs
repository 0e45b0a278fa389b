namespace Fog.Wasm.Portable
{
    /// <summary>Bits of floating-point values with every NaN replaced by the canonical one.</summary>
    internal static class CanonicalValue
    {
        public static int F32(int bits)
        {
            return (bits & 0x7FFFFFFF) > 0x7F800000 ? 0x7FC00000 : bits;
        }

        public static long F64(long bits)
        {
            return (bits & long.MaxValue) > 0x7FF0000000000000L ? 0x7FF8000000000000L : bits;
        }
    }
}
