using Fog.Firmware.Loader.Cryptography;
using Fog.Firmware.Loader.Wire;

namespace Fog.Firmware.Loader.Releases
{
    /// <summary>A firmware release as its maker signed it (docs/updates.md, "Manifest"). No site and no device stands in it.</summary>
    /// <remarks>
    /// <code>
    /// | "FOGR" | format, 1 | board, name | version, 4 | minimum version, 4 | size, 4 | SHA-256 of the image, 32 | key id, 8 |
    /// | signature, bytes16: over all before it |
    /// </code>
    /// </remarks>
    public sealed class Release
    {
        public const int ManifestBytesMax = 512;

        private const int Format = 1;
        private static readonly byte[] Magic = { 0x46, 0x4f, 0x47, 0x52 };

        public readonly string Board;

        /// <summary>major·65536 + minor·256 + patch.</summary>
        public readonly uint Version;

        /// <summary>Lowest version that it can take the place of.</summary>
        public readonly uint MinimumVersion;

        public readonly int SizeBytes;

        /// <summary>SHA-256 of the image.</summary>
        public readonly byte[] Digest;

        /// <summary>SHA-256 of what is signed: this release and no other.</summary>
        public readonly byte[] Id;

        private readonly byte[] keyId;
        private readonly byte[] signature;

        private Release(WireReader reader, byte[] manifest)
        {
            bool isRelease = ByteStrings.Equal(reader.Raw(Magic.Length), Magic) & reader.U8() == Format;
            Board = reader.NameOrEmpty();
            Version = reader.U32();
            MinimumVersion = reader.U32();
            SizeBytes = reader.U32AsInt();
            Digest = reader.Raw(Sha256.DigestBytes);
            keyId = reader.Raw(RsaKey.IdBytes);
            signature = reader.Bytes16(RsaKey.ModulusBytesMax);
            if (!isRelease || Board.Length == 0 || Version == 0 || SizeBytes == 0)
            {
                reader.Reject();
            }

            if (reader.EndedWell)
            {
                Sha256 hash = new Sha256();
                hash.Add(manifest, 0, manifest.Length - 2 - signature.Length);
                Id = hash.Finish();
            }
        }

        /// <summary>Null when malformed.</summary>
        public static Release Read(byte[] manifest)
        {
            if (manifest.Length > ManifestBytesMax)
            {
                return null;
            }

            WireReader reader = new WireReader(manifest, 0, manifest.Length);
            Release release = new Release(reader, manifest);
            return reader.EndedWell ? release : null;
        }

        public bool NamesKey(RsaKey key)
        {
            return key.HasId(keyId);
        }

        public bool IsSignedBy(RsaKey key)
        {
            return key.Verifies(Id, signature);
        }
    }
}
