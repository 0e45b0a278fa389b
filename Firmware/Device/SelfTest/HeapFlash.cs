using System;
using System.Collections;
using Fog.Firmware.Loader.Flash;

namespace Fog.Firmware.Device.SelfTest
{
    /// <summary>Flash records on the heap; a piece of a known blob is not kept a second time.</summary>
    internal sealed class HeapFlash : IFlash
    {
        private readonly ArrayList records = new ArrayList();

        /// <summary>Blobs that may come to be in flash. Of each of their chunks flash keeps where it is.</summary>
        public readonly ArrayList Known = new ArrayList();

        public string[] Names()
        {
            string[] names = new string[records.Count];
            for (int i = 0; i < names.Length; i++)
            {
                names[i] = ((Record)records[i]).Name;
            }

            return names;
        }

        public int Length(string name)
        {
            Record record = Find(name);
            return record == null ? -1 : record.Length;
        }

        public bool Append(string name, byte[] data, int offset, int count)
        {
            Record record = Find(name);
            if (record == null)
            {
                record = new Record(name);
                records.Add(record);
            }

            while (count > 0)
            {
                int piece = count < Blob.ChunkBytes ? count : Blob.ChunkBytes;
                byte[] bytes = new byte[piece];
                Array.Copy(data, offset, bytes, 0, piece);
                record.Pieces.Add(PieceOf(bytes, record.Length));
                record.Length += piece;
                offset += piece;
                count -= piece;
            }

            return true;
        }

        public void Read(string name, int position, byte[] into, int offset, int count)
        {
            Record record = Find(name);
            int start = 0;
            for (int i = 0; i < record.Pieces.Count && count > 0; i++)
            {
                Piece piece = (Piece)record.Pieces[i];
                int skip = position - start;
                if (skip < piece.Length)
                {
                    int bytes = piece.Length - skip < count ? piece.Length - skip : count;
                    Array.Copy(piece.Bytes ?? piece.Blob.Chunk(piece.Chunk), skip, into, offset, bytes);
                    position += bytes;
                    offset += bytes;
                    count -= bytes;
                }

                start += piece.Length;
            }

            if (count > 0)
            {
                throw new ArgumentException("a record is shorter than that");
            }
        }

        public void Delete(string name)
        {
            Record record = Find(name);
            if (record != null)
            {
                records.Remove(record);
            }
        }

        private Piece PieceOf(byte[] bytes, int position)
        {
            int chunk = position / Blob.ChunkBytes;
            for (int i = 0; i < Known.Count && position % Blob.ChunkBytes == 0; i++)
            {
                Blob blob = (Blob)Known[i];
                if (blob.Has(chunk, bytes))
                {
                    return new Piece(bytes.Length, null, blob, chunk);
                }
            }

            return new Piece(bytes.Length, bytes, null, 0);
        }

        private Record Find(string name)
        {
            for (int i = 0; i < records.Count; i++)
            {
                if (((Record)records[i]).Name == name)
                {
                    return (Record)records[i];
                }
            }

            return null;
        }

        private sealed class Record
        {
            public readonly string Name;
            public readonly ArrayList Pieces = new ArrayList();
            public int Length;

            public Record(string name)
            {
                Name = name;
            }
        }

        private sealed class Piece
        {
            public readonly int Length;

            /// <summary>Null: the blob's chunk.</summary>
            public readonly byte[] Bytes;
            public readonly Blob Blob;
            public readonly int Chunk;

            public Piece(int length, byte[] bytes, Blob blob, int chunk)
            {
                Length = length;
                Bytes = bytes;
                Blob = blob;
                Chunk = chunk;
            }
        }
    }
}
