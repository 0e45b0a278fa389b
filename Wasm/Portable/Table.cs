namespace Fog.Wasm.Portable
{
    /// <summary>A table of references: function numbers, or what a host calls things by; -1 is null. Instances may share it.</summary>
    public sealed class Table
    {
        public readonly int ElementsMax;

        /// <summary>Replaced when the table grows.</summary>
        public int[] Elements;

        public Table(int elements, int elementsMax)
        {
            ElementsMax = elementsMax;
            Elements = new int[elements];
            for (int i = 0; i < elements; i++) Elements[i] = -1;
        }

        /// <summary>Managed heap held, in bytes.</summary>
        internal int HeapBytes
        {
            get { return ManagedHeap.Object(2) + ManagedHeap.Array(Elements.Length * 4); }
        }
    }
}
