namespace Fog.Firmware.Logic.Flash
{
    /// <summary>Bytes of a known digest in flash, whole or on their way.</summary>
    public class FlashRecord
    {
        public readonly byte[] Digest;
        public readonly int TotalBytes;

        /// <summary>Its SHA-256 was found right. Until then nothing uses it.</summary>
        public bool Verified;

        /// <summary>Time with the radio on that no task was charged for yet.</summary>
        public long RadioMicros;

        internal readonly string Name;

        internal FlashRecord(string name, byte[] digest, int totalBytes)
        {
            Name = name;
            Digest = digest;
            TotalBytes = totalBytes;
        }
    }
}
