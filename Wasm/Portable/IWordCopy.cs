namespace Fog.Wasm.Portable
{
    /// <summary>
    /// How a host copies words of 64 bits between memory and bytes, little-endian, all at once. A device has nothing of the
    /// kind, and copies them one by one, to the same effect.
    /// </summary>
    public interface IWordCopy
    {
        void FromBytes(byte[] bytes, int from, long[] words, int to, int count);

        void ToBytes(long[] words, int from, byte[] bytes, int to, int count);
    }
}
