namespace Fog.Wasm.Portable
{
    /// <summary>What objects take of nanoFramework's managed heap, in bytes: blocks of 12, one for each header and each field.</summary>
    internal static class ManagedHeap
    {
        /// <summary>A reference in an array.</summary>
        public const int ReferenceBytes = 12;

        private const int HeaderBytes = 12;
        private const int FieldBytes = 12;

        public static int Object(int fields)
        {
            return HeaderBytes + (fields * FieldBytes);
        }

        /// <param name="bytes">Of its elements; numbers lie packed.</param>
        public static int Array(int bytes)
        {
            return HeaderBytes + bytes;
        }
    }
}
