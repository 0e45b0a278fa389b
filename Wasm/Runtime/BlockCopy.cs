using Fog.Wasm.Portable;

namespace Fog.Wasm.Runtime;

/// <summary>What .NET copies words with.</summary>
public sealed class BlockCopy : IWordCopy
{
    private BlockCopy()
    {
    }

    /// <summary>Null on a machine whose words lie the other way round.</summary>
    public static BlockCopy? Instance { get; } = BitConverter.IsLittleEndian ? new() : null;

    public void FromBytes(byte[] bytes, int from, long[] words, int to, int count) => Buffer.BlockCopy(bytes, from, words, to * sizeof(long), count * sizeof(long));

    public void ToBytes(long[] words, int from, byte[] bytes, int to, int count) => Buffer.BlockCopy(words, from * sizeof(long), bytes, to, count * sizeof(long));
}
