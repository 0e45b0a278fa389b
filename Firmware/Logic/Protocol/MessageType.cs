namespace Fog.Firmware.Logic.Protocol
{
    /// <summary>Second byte of the envelope. The fog's types have the high bit set.</summary>
    public static class MessageType
    {
        public const byte Hello = 0x01;
        public const byte Keepalive = 0x02;
        public const byte Result = 0x03;
        public const byte Need = 0x04;
        public const byte Chunk = 0x05;
        public const byte Sleep = 0x06;
        public const byte Log = 0x07;
        public const byte Snapshot = 0x08;
        public const byte UpdateStatus = 0x09;
        public const byte Welcome = 0x81;
        public const byte Task = 0x82;
        public const byte Accepted = 0x83;
        public const byte Stop = 0x84;
        public const byte FogChunk = 0x85;
        public const byte FogNeed = 0x86;
        public const byte Update = 0x87;
    }
}
