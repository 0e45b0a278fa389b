using Fog.Grains.Interfaces.Nodes;

namespace Fog.DeviceProxy.Proxy.Messages;

/// <summary>What a device says under its session key.</summary>
internal abstract record SessionContent
{
    /// <summary>Reads a body; null when it is malformed.</summary>
    public static SessionContent? Read(MessageType type, ReadOnlySpan<byte> body) => type switch
    {
        MessageType.Keepalive => ForNode.Of(KeepaliveMessage.Read(body)),
        MessageType.Result => ForNode.Of(ResultMessage.Read(body)),
        MessageType.Snapshot => ForNode.Of(SnapshotMessage.Read(body)),
        MessageType.Need => Need.Read(body),
        MessageType.Chunk => Chunk.Read(body),
        MessageType.Sleep => ForNode.Of(SleepMessage.Read(body)),
        MessageType.UpdateStatus => ForNode.Of(UpdateStatusMessage.Read(body)),
        MessageType.Log => ForNode.Of(LogMessage.Read(body)),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not a message of a device under its session key."),
    };
}

/// <summary>The node grain's business.</summary>
internal sealed record ForNode(Uplink Message) : SessionContent
{
    public static ForNode? Of(Uplink? message) => message is null ? null : new(message);
}
