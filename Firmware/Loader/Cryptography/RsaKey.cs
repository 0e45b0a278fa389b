namespace Fog.Firmware.Loader.Cryptography
{
    /// <summary>An RSA public key of 2048 or 3072 bits with the exponent 65537, which verifies PKCS #1 v1.5 signatures with SHA-256 (RFC 8017, 8.2.2).</summary>
    /// <remarks>
    /// nanoFramework has no RSA and no big integers: Montgomery products over 32-bit limbs, in five arrays of the
    /// modulus' size. One verification takes 30 products (3072 bits: 29) of 2k² + k multiplications of 32 bits, k limbs:
    /// 248,000 (538,000). All that it computes with is public, so its time may depend on it.
    /// </remarks>
    public sealed class RsaKey
    {
        public const int IdBytes = 8;
        public const int ModulusBytesMin = 256;
        public const int ModulusBytesMax = 384;

        private const int SquaringsOfExponent = 16;

        // DER of DigestInfo up to the digest: the algorithm is SHA-256, its parameters NULL.
        private static readonly byte[] DigestInfo =
        {
            0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20,
        };

        private readonly byte[] id;

        // Least significant limb first.
        private readonly uint[] modulus;
        private readonly uint inverse;
        private int products;

        private RsaKey(byte[] modulusBytes)
        {
            byte[] digest = Sha256.Of(modulusBytes);
            id = new byte[IdBytes];
            for (int i = 0; i < IdBytes; i++)
            {
                id[i] = digest[i];
            }

            modulus = Limbs(modulusBytes);
            inverse = NegativeInverse(modulus[0]);
        }

        /// <summary>Products that verifications took so far.</summary>
        public int Products
        {
            get { return products; }
        }

        /// <summary>Null when that is no modulus of 2048 or 3072 bits: another length, a leading zero bit, or even.</summary>
        /// <param name="modulus">Big-endian.</param>
        public static RsaKey Of(byte[] modulus)
        {
            bool isSize = modulus.Length == ModulusBytesMin || modulus.Length == ModulusBytesMax;
            return isSize && (modulus[0] & 0x80) != 0 && (modulus[modulus.Length - 1] & 1) != 0 ? new RsaKey(modulus) : null;
        }

        /// <summary>Whether <paramref name="keyId"/> is the first bytes of SHA-256 of this key's modulus.</summary>
        public bool HasId(byte[] keyId)
        {
            return ByteStrings.Equal(id, keyId);
        }

        /// <param name="digest">SHA-256 of what was signed.</param>
        public bool Verifies(byte[] digest, byte[] signature)
        {
            int bytes = modulus.Length * 4;
            if (digest.Length != Sha256.DigestBytes || signature.Length != bytes)
            {
                return false;
            }

            uint[] s = Limbs(signature);
            if (Compare(s, modulus) >= 0)
            {
                return false;
            }

            // The whole encoding is compared: there is nothing in it for a forger to choose.
            return ByteStrings.Equal(Power(s), Encoded(digest, bytes));
        }

        // 00 01 FF … FF 00 ‖ DigestInfo ‖ digest
        private static byte[] Encoded(byte[] digest, int bytes)
        {
            byte[] encoded = new byte[bytes];
            int infoAt = bytes - digest.Length - DigestInfo.Length;
            encoded[1] = 1;
            for (int i = 2; i < infoAt - 1; i++)
            {
                encoded[i] = 0xff;
            }

            for (int i = 0; i < DigestInfo.Length; i++)
            {
                encoded[infoAt + i] = DigestInfo[i];
            }

            for (int i = 0; i < digest.Length; i++)
            {
                encoded[infoAt + DigestInfo.Length + i] = digest[i];
            }

            return encoded;
        }

        // s to the power 65537: sixteen squarings and a product.
        private byte[] Power(uint[] s)
        {
            int limbs = modulus.Length;
            uint[] scratch = new uint[limbs + 1];
            uint[] power = new uint[limbs];
            Multiply(s, SquareOfRadix(scratch), s, scratch);
            Multiply(s, s, power, scratch);
            for (int i = 1; i < SquaringsOfExponent; i++)
            {
                Multiply(power, power, power, scratch);
            }

            Multiply(power, s, power, scratch);
            uint[] one = new uint[limbs];
            one[0] = 1;
            Multiply(power, one, power, scratch);
            return Bytes(power);
        }

        // R² mod n, R = 2^bits: from 2^(bits / 2^m)·R by m squarings, each of which doubles the exponent of 2.
        private uint[] SquareOfRadix(uint[] scratch)
        {
            int exponent = modulus.Length * 32;
            int squarings = 0;
            while ((exponent & 1) == 0)
            {
                exponent >>= 1;
                squarings++;
            }

            // R − n is R mod n, since n has R's highest bit below.
            uint[] x = new uint[modulus.Length];
            Subtract(x, modulus);
            for (int i = 0; i < exponent; i++)
            {
                Double(x);
            }

            for (int i = 0; i < squarings; i++)
            {
                Multiply(x, x, x, scratch);
            }

            return x;
        }

        // a·b/R mod n (Montgomery, finely integrated operand scanning: each limb of a·b is reduced as it is made); into may be a or b.
        private void Multiply(uint[] a, uint[] b, uint[] into, uint[] scratch)
        {
            products++;
            uint[] n = modulus;
            uint[] t = scratch;
            int limbs = n.Length;
            for (int i = 0; i < t.Length; i++)
            {
                t[i] = 0;
            }

            for (int i = 0; i < limbs; i++)
            {
                ulong factor = a[i];
                ulong product = t[0] + (factor * b[0]);
                ulong multiple = (uint)((uint)product * inverse);
                ulong carry = product >> 32;
                ulong reduced = ((uint)product + (multiple * n[0])) >> 32;
                for (int j = 1; j < limbs; j++)
                {
                    carry += t[j] + (factor * b[j]);
                    reduced += (uint)carry + (multiple * n[j]);
                    t[j - 1] = (uint)reduced;
                    carry >>= 32;
                    reduced >>= 32;
                }

                carry += t[limbs] + reduced;
                t[limbs - 1] = (uint)carry;
                t[limbs] = (uint)(carry >> 32);
            }

            for (int i = 0; i < limbs; i++)
            {
                into[i] = t[i];
            }

            if (t[limbs] != 0 || Compare(into, n) >= 0)
            {
                Subtract(into, n);
            }
        }

        // 2x mod n
        private void Double(uint[] x)
        {
            uint carry = 0;
            for (int i = 0; i < x.Length; i++)
            {
                uint limb = x[i];
                x[i] = (limb << 1) | carry;
                carry = limb >> 31;
            }

            if (carry != 0 || Compare(x, modulus) >= 0)
            {
                Subtract(x, modulus);
            }
        }

        // −1/n mod 2³²: each step doubles the bits that are right, five to begin with.
        private static uint NegativeInverse(uint n)
        {
            uint x = (3 * n) ^ 2;
            for (int i = 0; i < 3; i++)
            {
                x *= 2 - (n * x);
            }

            return 0 - x;
        }

        private static int Compare(uint[] a, uint[] b)
        {
            for (int i = a.Length - 1; i >= 0; i--)
            {
                if (a[i] != b[i])
                {
                    return a[i] > b[i] ? 1 : -1;
                }
            }

            return 0;
        }

        // Modulo R.
        private static void Subtract(uint[] from, uint[] what)
        {
            ulong borrow = 0;
            for (int i = 0; i < from.Length; i++)
            {
                ulong difference = from[i] - (ulong)what[i] - borrow;
                from[i] = (uint)difference;
                borrow = (difference >> 32) & 1;
            }
        }

        private static uint[] Limbs(byte[] bytes)
        {
            uint[] limbs = new uint[bytes.Length / 4];
            int at = bytes.Length;
            for (int i = 0; i < limbs.Length; i++)
            {
                at -= 4;
                limbs[i] = ((uint)bytes[at] << 24) | ((uint)bytes[at + 1] << 16) | ((uint)bytes[at + 2] << 8) | bytes[at + 3];
            }

            return limbs;
        }

        private static byte[] Bytes(uint[] limbs)
        {
            byte[] bytes = new byte[limbs.Length * 4];
            int at = bytes.Length;
            for (int i = 0; i < limbs.Length; i++)
            {
                uint limb = limbs[i];
                bytes[--at] = (byte)limb;
                bytes[--at] = (byte)(limb >> 8);
                bytes[--at] = (byte)(limb >> 16);
                bytes[--at] = (byte)(limb >> 24);
            }

            return bytes;
        }
    }
}
