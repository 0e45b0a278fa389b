namespace Fog.Firmware.Logic.Flash
{
    /// <summary>An image, an argument list or a snapshot, whole or on its way.</summary>
    public sealed class CachedBlob
    {
        public readonly byte[] Digest;
        public readonly int TotalBytes;
        public readonly bool IsImage;

        /// <summary>Its SHA-256 was found right. Until then nothing uses it.</summary>
        public bool Verified;

        /// <summary>Time with the radio on that no task was charged for yet.</summary>
        public long RadioMicros;

        internal readonly string Name;

        internal CachedBlob(byte[] digest, int totalBytes, bool isImage)
        {
            Digest = digest;
            TotalBytes = totalBytes;
            IsImage = isImage;
            Name = RecordName.Of(RecordName.Blob, digest);
        }
    }
}
