namespace Fog.Wasm.Portable
{
    /// <summary>What <see cref="DeviceOp.F64Fold"/> does in a round: bits of its form.</summary>
    internal static class FoldForm
    {
        /// <summary>The step is in a register.</summary>
        public const int StepInRegister = 1;

        /// <summary>The index is the element's address, and the limit one past the last.</summary>
        public const int IsAddress = 2;

        /// <summary>Of the element: itself, less a number, less another element, times another element.</summary>
        public const int Element = 3 << 2;

        public const int Itself = 0;
        public const int LessNumber = 1 << 2;
        public const int LessElement = 2 << 2;
        public const int TimesElement = 3 << 2;

        /// <summary>What it is taken into: the sum, the sum of squares, the least, the greatest.</summary>
        public const int Into = 3 << 4;

        public const int Sum = 0;
        public const int Squares = 1 << 4;
        public const int Least = 2 << 4;
        public const int Greatest = 3 << 4;
    }
}
