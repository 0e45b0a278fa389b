namespace Fog.Firmware.Logic.Protocol
{
    /// <summary>Bounds of the device protocol (docs/protocol.md, "Limits").</summary>
    public static class ProtocolLimits
    {
        public const byte Version = 1;
        public const int HeaderBytes = 6;
        public const int TagBytes = 16;
        public const int MessageBytesMin = HeaderBytes + TagBytes;
        public const int MessageBytesMax = 4096;
        public const int NonceBytes = 16;
        public const int TaskIdBytes = 16;
        public const int DigestBytes = 32;
        public const int KeyBytes = 32;

        /// <summary>Arguments and results up to this travel inside their message.</summary>
        public const int InlineBytesMax = 1024;

        public const int BlobBytesMax = 262144;
        public const int ChunkBytes = 1024;
        public const int ChunksPerNeedMax = 8;
        public const int CachedImagesMax = 16;
        public const int TasksWaitingMax = 64;
        public const int ResultsKeptMax = 16;
        public const int LogBytesMax = 512;

        /// <summary>A message lies this far below the highest sequence number seen: dropped.</summary>
        public const int SequenceWindow = 64;
    }
}
