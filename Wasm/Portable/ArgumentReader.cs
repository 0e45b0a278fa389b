namespace Fog.Wasm.Portable
{
    /// <summary>
    /// Where the values of an encoded argument list stand. Everything is checked here, once: count, tags, lengths and
    /// that each value is in its canonical form.
    /// </summary>
    internal sealed class ArgumentReader
    {
        private readonly byte[] bytes;
        private readonly byte[] tags;
        private readonly int[] positions;
        private readonly int[] counts;

        public ArgumentReader(byte[] bytes, byte[] tags)
        {
            this.bytes = bytes;
            this.tags = tags;
            positions = new int[tags.Length];
            counts = new int[tags.Length];
            if (bytes.Length < 2) throw new ArgumentEncodingException(ArgumentEncodingError.Truncated, -1);
            if ((bytes[0] | (bytes[1] << 8)) != tags.Length) throw new ArgumentEncodingException(ArgumentEncodingError.CountMismatch, -1);
            int position = 2;
            for (int i = 0; i < tags.Length; i++)
            {
                if (position >= bytes.Length) throw new ArgumentEncodingException(ArgumentEncodingError.Truncated, i);
                if (bytes[position] != tags[i]) throw new ArgumentEncodingException(ArgumentEncodingError.TypeMismatch, i);
                position++;
                int count = 1;
                if (ValueTag.IsReference(tags[i]))
                {
                    if (bytes.Length - position < 4) throw new ArgumentEncodingException(ArgumentEncodingError.Truncated, i);
                    count = I32(position);
                    position += 4;
                }

                int size = ValueTag.ElementBytes(tags[i]);
                if (count < 0 || count > (bytes.Length - position) / size) throw new ArgumentEncodingException(ArgumentEncodingError.Truncated, i);
                positions[i] = position;
                counts[i] = count;
                CheckCanonical(i);
                position += count * size;
            }

            if (position != bytes.Length) throw new ArgumentEncodingException(ArgumentEncodingError.TrailingBytes, -1);
        }

        public byte[] Bytes
        {
            get { return bytes; }
        }

        /// <summary>Managed heap held, but for the tags, which are the image's, in bytes.</summary>
        public int HeapBytes
        {
            get { return ManagedHeap.Object(4) + ManagedHeap.Array(bytes.Length) + (2 * ManagedHeap.Array(positions.Length * 4)); }
        }

        public int Position(int parameter)
        {
            return positions[parameter];
        }

        /// <summary>Elements of an array or string, 1 for a scalar.</summary>
        public int Count(int parameter)
        {
            return counts[parameter];
        }

        /// <summary>A scalar's bits, sign- or zero-extended as its type says.</summary>
        public long Scalar(int parameter)
        {
            int at = positions[parameter];
            switch (tags[parameter])
            {
                case ValueTag.I8: return (sbyte)bytes[at];
                case ValueTag.Bool:
                case ValueTag.U8: return bytes[at];
                case ValueTag.I16: return (short)(bytes[at] | (bytes[at + 1] << 8));
                case ValueTag.U16:
                case ValueTag.Char: return bytes[at] | (bytes[at + 1] << 8);
                case ValueTag.I32:
                case ValueTag.U32:
                case ValueTag.F32: return I32(at);
                default: return I64(at);
            }
        }

        private int I32(int at)
        {
            return bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
        }

        private long I64(int at)
        {
            return (long)(uint)I32(at) | ((long)I32(at + 4) << 32);
        }

        private void CheckCanonical(int parameter)
        {
            int tag = tags[parameter] & ~ValueTag.Array;
            if (tag != ValueTag.Bool && tag != ValueTag.F32 && tag != ValueTag.F64) return;
            int size = ValueTag.ElementBytes(tag);
            int at = positions[parameter];
            for (int i = counts[parameter]; i > 0; i--)
            {
                bool canonical;
                if (tag == ValueTag.Bool) canonical = bytes[at] <= 1;
                else if (tag == ValueTag.F32) canonical = CanonicalValue.F32(I32(at)) == I32(at);
                else canonical = (bytes[at + 7] & 0x7F) != 0x7F || CanonicalValue.F64(I64(at)) == I64(at);
                if (!canonical) throw new ArgumentEncodingException(ArgumentEncodingError.NotCanonical, parameter);
                at += size;
            }
        }
    }
}
