namespace Fog.Firmware.Logic.Flash
{
    /// <summary>An image, an argument list or a snapshot.</summary>
    public sealed class CachedBlob : FlashRecord
    {
        public readonly bool IsImage;

        internal CachedBlob(byte[] digest, int totalBytes, bool isImage)
            : base(RecordName.Of(RecordName.Blob, digest), digest, totalBytes)
        {
            IsImage = isImage;
        }
    }
}
