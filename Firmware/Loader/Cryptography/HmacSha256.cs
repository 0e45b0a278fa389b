namespace Fog.Firmware.Loader.Cryptography
{
    /// <summary>HMAC-SHA256 (RFC 2104) under one key.</summary>
    /// <remarks>The two padded key blocks are hashed once, which saves half of the work for a short message.</remarks>
    public sealed class HmacSha256
    {
        private const int BlockBytes = 64;

        private readonly Sha256 hash = new Sha256();
        private readonly uint[] inner;
        private readonly uint[] outer;

        public HmacSha256(byte[] key)
        {
            byte[] shortKey = key.Length > BlockBytes ? Sha256.Of(key) : key;
            inner = KeyBlock(shortKey, 0x36);
            outer = KeyBlock(shortKey, 0x5c);
            Restart();
        }

        public void Restart()
        {
            hash.Resume(inner, BlockBytes);
        }

        public void Add(byte[] data, int offset, int count)
        {
            hash.Add(data, offset, count);
        }

        /// <summary>Ends the message and is ready for the next.</summary>
        public byte[] Finish()
        {
            byte[] innerDigest = hash.Finish();
            hash.Resume(outer, BlockBytes);
            hash.Add(innerDigest, 0, innerDigest.Length);
            byte[] code = hash.Finish();
            Restart();
            return code;
        }

        private uint[] KeyBlock(byte[] key, byte pad)
        {
            byte[] block = new byte[BlockBytes];
            for (int i = 0; i < BlockBytes; i++)
            {
                block[i] = i < key.Length ? (byte)(key[i] ^ pad) : pad;
            }

            hash.Restart();
            hash.Add(block, 0, BlockBytes);
            return hash.Midstate();
        }
    }
}
