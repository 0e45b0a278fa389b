namespace Fog.Wasm.Portable
{
    /// <summary>Tags of the canonical value encoding (docs/values.md).</summary>
    internal static class ValueTag
    {
        public const int Void = 0;
        public const int Bool = 1;
        public const int I8 = 2;
        public const int U8 = 3;
        public const int I16 = 4;
        public const int U16 = 5;
        public const int Char = 6;
        public const int I32 = 7;
        public const int U32 = 8;
        public const int I64 = 9;
        public const int U64 = 10;
        public const int F32 = 11;
        public const int F64 = 12;
        public const int String = 13;
        public const int Array = 0x80;

        public static bool IsKnown(int tag)
        {
            if ((tag & Array) == 0) return tag <= String;
            int element = tag & ~Array;
            return element >= Bool && element <= F64;
        }

        /// <summary>Passed as (pointer, elements).</summary>
        public static bool IsReference(int tag)
        {
            return tag == String || (tag & Array) != 0;
        }

        /// <summary>Bytes of a scalar, or of an element of an array or string.</summary>
        public static int ElementBytes(int tag)
        {
            switch (tag & ~Array)
            {
                case Bool:
                case I8:
                case U8:
                    return 1;
                case I16:
                case U16:
                case Char:
                case String:
                    return 2;
                case I64:
                case U64:
                case F64:
                    return 8;
                case Void:
                    return 0;
                default:
                    return 4;
            }
        }
    }
}
