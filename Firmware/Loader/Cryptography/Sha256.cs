using System;
using Fog.Wasm.Portable;

namespace Fog.Firmware.Loader.Cryptography
{
    /// <summary>SHA-256 (FIPS 180-4), fed in pieces. nanoFramework's core library has none.</summary>
    public sealed class Sha256 : IDigest
    {
        public const int DigestBytes = 32;

        private const int BlockBytes = 64;

        private static readonly uint[] RoundConstants =
        {
            0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
            0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
            0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
            0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
            0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
            0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
            0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
            0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
        };

        private readonly uint[] state = new uint[8];
        private readonly uint[] schedule = new uint[64];
        private readonly byte[] block = new byte[BlockBytes];
        private int blockUsed;
        private long totalBytes;

        public Sha256()
        {
            Restart();
        }

        /// <summary>The digest of <paramref name="data"/> in one go.</summary>
        public static byte[] Of(byte[] data)
        {
            Sha256 hash = new Sha256();
            hash.Add(data, 0, data.Length);
            return hash.Finish();
        }

        public void Restart()
        {
            state[0] = 0x6a09e667;
            state[1] = 0xbb67ae85;
            state[2] = 0x3c6ef372;
            state[3] = 0xa54ff53a;
            state[4] = 0x510e527f;
            state[5] = 0x9b05688c;
            state[6] = 0x1f83d9ab;
            state[7] = 0x5be0cd19;
            blockUsed = 0;
            totalBytes = 0;
        }

        public void Add(byte[] data, int offset, int count)
        {
            totalBytes += count;
            if (blockUsed > 0)
            {
                int taken = BlockBytes - blockUsed;
                if (taken > count)
                {
                    taken = count;
                }

                Array.Copy(data, offset, block, blockUsed, taken);
                blockUsed += taken;
                offset += taken;
                count -= taken;
                if (blockUsed < BlockBytes)
                {
                    return;
                }

                Compress(block, 0);
                blockUsed = 0;
            }

            while (count >= BlockBytes)
            {
                Compress(data, offset);
                offset += BlockBytes;
                count -= BlockBytes;
            }

            Array.Copy(data, offset, block, 0, count);
            blockUsed = count;
        }

        /// <summary>Ends the message. <see cref="Restart"/> begins another.</summary>
        public byte[] Finish()
        {
            long totalBits = totalBytes * 8;
            block[blockUsed++] = 0x80;
            if (blockUsed > BlockBytes - 8)
            {
                Array.Clear(block, blockUsed, BlockBytes - blockUsed);
                Compress(block, 0);
                blockUsed = 0;
            }

            Array.Clear(block, blockUsed, BlockBytes - 8 - blockUsed);
            for (int i = 0; i < 8; i++)
            {
                block[BlockBytes - 1 - i] = (byte)(totalBits >> (8 * i));
            }

            Compress(block, 0);
            byte[] digest = new byte[DigestBytes];
            for (int i = 0; i < 8; i++)
            {
                uint word = state[i];
                digest[4 * i] = (byte)(word >> 24);
                digest[(4 * i) + 1] = (byte)(word >> 16);
                digest[(4 * i) + 2] = (byte)(word >> 8);
                digest[(4 * i) + 3] = (byte)word;
            }

            return digest;
        }

        /// <summary>The chaining value after whole blocks; <see cref="Resume"/> goes on from it.</summary>
        internal uint[] Midstate()
        {
            uint[] copy = new uint[8];
            Array.Copy(state, copy, 8);
            return copy;
        }

        internal void Resume(uint[] midstate, long bytesBefore)
        {
            Array.Copy(midstate, state, 8);
            blockUsed = 0;
            totalBytes = bytesBefore;
        }

        // All working values are locals: a field access costs as much as an addition on the device.
        private void Compress(byte[] data, int offset)
        {
            uint[] w = schedule;
            uint[] k = RoundConstants;
            for (int i = 0; i < 16; i++)
            {
                w[i] = ((uint)data[offset] << 24) | ((uint)data[offset + 1] << 16) | ((uint)data[offset + 2] << 8) | data[offset + 3];
                offset += 4;
            }

            for (int i = 16; i < 64; i++)
            {
                uint x = w[i - 15];
                uint y = w[i - 2];
                w[i] = w[i - 16] + w[i - 7]
                    + (((x >> 7) | (x << 25)) ^ ((x >> 18) | (x << 14)) ^ (x >> 3))
                    + (((y >> 17) | (y << 15)) ^ ((y >> 19) | (y << 13)) ^ (y >> 10));
            }

            uint a = state[0];
            uint b = state[1];
            uint c = state[2];
            uint d = state[3];
            uint e = state[4];
            uint f = state[5];
            uint g = state[6];
            uint h = state[7];
            for (int i = 0; i < 64; i++)
            {
                uint t1 = h + (((e >> 6) | (e << 26)) ^ ((e >> 11) | (e << 21)) ^ ((e >> 25) | (e << 7))) + ((e & f) ^ (~e & g)) + k[i] + w[i];
                uint t2 = (((a >> 2) | (a << 30)) ^ ((a >> 13) | (a << 19)) ^ ((a >> 22) | (a << 10))) + ((a & b) ^ (a & c) ^ (b & c));
                h = g;
                g = f;
                f = e;
                e = d + t1;
                d = c;
                c = b;
                b = a;
                a = t1 + t2;
            }

            state[0] += a;
            state[1] += b;
            state[2] += c;
            state[3] += d;
            state[4] += e;
            state[5] += f;
            state[6] += g;
            state[7] += h;
        }
    }
}
