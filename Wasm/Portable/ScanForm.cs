namespace Fog.Wasm.Portable
{
    /// <summary>What <see cref="DeviceOp.F64Scan"/> does in a round: bits of its form.</summary>
    internal static class ScanForm
    {
        /// <summary>The loop goes on while the index is not below the limit, which stands in the instruction; else while it is below.</summary>
        public const int IsDown = 1;

        /// <summary>The index is the element's address, and the limit one past the last.</summary>
        public const int IsAddress = 2;

        /// <summary>The sum of the elements so far is stored, not the element.</summary>
        public const int IsSum = 4;

        /// <summary>Before it a number is stored, and the element a constant further on.</summary>
        public const int IsPair = 8;
    }
}
