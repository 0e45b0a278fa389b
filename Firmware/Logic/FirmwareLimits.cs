namespace Fog.Firmware.Logic
{
    /// <summary>Bounds of the device agent. Those of the wire are in <see cref="Protocol.ProtocolLimits"/>.</summary>
    public static class FirmwareLimits
    {
        /// <summary>Managed heap for a function: what nanoFramework leaves free of 100 KB after start, measured on its interpreter.</summary>
        public const int HeapBytes = 94 * 1024;

        /// <summary>Flash for images and arguments: the budget of docs/protocol.md's device design, 96 KB.</summary>
        public const int BlobBudgetBytes = 96 * 1024;

        /// <summary>Flash for results; with images, state and two firmware slots it fills littlefs' 256 KB.</summary>
        public const int ResultBudgetBytes = 64 * 1024;

        /// <summary>Managed heap for tasks that wait. What does not fit stays in the fog's mailbox for the next wake.</summary>
        public const int QueueBytesMax = 16 * 1024;

        /// <summary>Awake without an answer, until <c>welcome</c> orders otherwise (docs/protocol.md, "A wake").</summary>
        public const long AwakeLimitMicros = 10000000;

        /// <summary>What <c>welcome</c> can order at most: a mistake there must not empty a battery.</summary>
        public const long AwakeLimitMicrosMax = 60000000;

        /// <summary>And at least: no question is answered in less.</summary>
        public const long AwakeLimitMicrosMin = 1000000;

        /// <summary>Computing in one wake (docs/protocol.md, "A wake").</summary>
        public const long ComputeMicrosMax = 60000000;

        /// <summary>Of the compute budget: with less of it left, a function is put off at its next checkpoint.</summary>
        public const int CheckpointShare = 8;

        /// <summary>Lines of functions that wait to be sent; later ones are lost.</summary>
        public const int LinesWaitingMax = 8;

        public const long KeepaliveMicros = 10000000;

        /// <summary>Silence after which a question is asked again; doubles with each repetition.</summary>
        public const long RetryMicros = 2000000;

        /// <summary>How long <c>sleep</c> may wait for the broker's acknowledgement.</summary>
        public const long LeaveMicros = 2000000;

        /// <summary>Publications the broker has not acknowledged: each holds its message on the heap.</summary>
        public const int PublishesInFlightMax = 4;

        /// <summary>Connections a wake may lose and make again.</summary>
        public const int ReconnectsMax = 3;

        /// <summary>Whole downloads of one blob whose digest was wrong, before its tasks fail.</summary>
        public const int DownloadAttemptsMax = 3;

        /// <summary>Failed connections make the next sleep at most this many times as long.</summary>
        public const int BackOffFactorMax = 16;

        /// <summary>And at most this much longer.</summary>
        public const int BackOffMillisMax = 300000;

        /// <summary>Longest sleep that is obeyed: the longest period, and as much again for staggering.</summary>
        public const uint SleepMillisMax = 2 * 24 * 3600 * 1000;

        /// <summary>A run is looked at this many times a second.</summary>
        public const int SlicesPerSecond = 20;

        /// <summary>Least fuel of a slice, so that slow devices make progress.</summary>
        public const int SliceFuelMin = 10000;
    }
}
