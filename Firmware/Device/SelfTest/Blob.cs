using System;
using Fog.Firmware.Loader;
using Fog.Firmware.Loader.Cryptography;

namespace Fog.Firmware.Device.SelfTest
{
    /// <summary>Bytes of the host's material. Whole they are on the heap only when they are asked for.</summary>
    public sealed class Blob
    {
        public const int ChunkBytes = 1024;

        /// <summary>The agent's image, as it is in a slot.</summary>
        public const int Agent = 0;

        private readonly ISelfTestHost host;
        private readonly int number;

        public Blob(ISelfTestHost host, int number)
        {
            this.host = host;
            this.number = number;
            Length = host.BytesOf(number);
        }

        public int Length { get; }

        public static int ImageOf(int sample)
        {
            return 1 + (2 * sample);
        }

        public static int ArgumentsOf(int sample)
        {
            return 2 + (2 * sample);
        }

        /// <summary>1024 bytes, the last one less.</summary>
        public byte[] Chunk(int chunk)
        {
            return host.ChunkOf(number, chunk);
        }

        /// <summary>Whether these bytes are the whole chunk there.</summary>
        public bool Has(int chunk, byte[] bytes)
        {
            return chunk * ChunkBytes < Length && ByteStrings.Equal(bytes, Chunk(chunk));
        }

        public byte[] ToArray()
        {
            byte[] bytes = new byte[Length];
            for (int at = 0; at < bytes.Length; at += ChunkBytes)
            {
                byte[] chunk = Chunk(at / ChunkBytes);
                Array.Copy(chunk, 0, bytes, at, chunk.Length);
            }

            return bytes;
        }

        /// <summary>SHA-256.</summary>
        public byte[] Digest()
        {
            Sha256 hash = new Sha256();
            for (int chunk = 0; chunk * ChunkBytes < Length; chunk++)
            {
                byte[] bytes = Chunk(chunk);
                hash.Add(bytes, 0, bytes.Length);
            }

            return hash.Finish();
        }
    }
}
