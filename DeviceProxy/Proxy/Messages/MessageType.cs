namespace Fog.DeviceProxy.Proxy.Messages;

/// <summary>The second byte of every message; those of the fog have the high bit.</summary>
internal enum MessageType : byte
{
    Hello = 0x01,
    Keepalive = 0x02,
    Result = 0x03,
    Need = 0x04,
    Chunk = 0x05,
    Sleep = 0x06,
    Log = 0x07,
    Snapshot = 0x08,
    UpdateStatus = 0x09,

    Welcome = 0x81,
    Task = 0x82,
    Accepted = 0x83,
    Stop = 0x84,
    FogChunk = 0x85,
    FogNeed = 0x86,
    Update = 0x87,
}
