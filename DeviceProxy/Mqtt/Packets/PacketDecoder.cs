using System.Buffers;

namespace Fog.DeviceProxy.Mqtt.Packets;

/// <summary>Bytes to packets. Pure: the caller owns the buffer and what follows from the outcome.</summary>
internal static class PacketDecoder
{
    /// <summary>Decodes the first packet of <paramref name="buffer"/> and, if there is one, moves the buffer behind it.</summary>
    public static DecodeStatus TryRead(
        ref ReadOnlySequence<byte> buffer, int packetBytesMax, out MqttPacket? packet, out MqttFault fault, MqttVersion version = MqttVersion.V311)
    {
        packet = null;
        var status = FixedHeader.TryRead(buffer, packetBytesMax, version, out var first, out var body, out fault);
        if (status != DecodeStatus.Decoded)
            return status;

        var reader = new PacketReader(body.IsSingleSegment ? body.FirstSpan : body.ToArray(), version);
        packet = ReadBody(first, ref reader);
        if (!reader.End())
        {
            packet = null;
            fault = reader.Fault;
            return DecodeStatus.Malformed;
        }

        buffer = buffer.Slice(body.End);
        return DecodeStatus.Decoded;
    }

    private static MqttPacket? ReadBody(byte first, ref PacketReader reader) => (PacketType)(first >> 4) switch
    {
        PacketType.Connect => ConnectPacket.Read(ref reader),
        PacketType.ConnAck => ConnAckPacket.Read(ref reader),
        PacketType.Publish => PublishPacket.Read(first & 0x0F, ref reader),
        PacketType.PubAck => PubAckPacket.Read(ref reader),
        PacketType.PubRec => PubRecPacket.Read(ref reader),
        PacketType.PubRel => PubRelPacket.Read(ref reader),
        PacketType.PubComp => PubCompPacket.Read(ref reader),
        PacketType.Subscribe => SubscribePacket.Read(ref reader),
        PacketType.SubAck => SubAckPacket.Read(ref reader),
        PacketType.Unsubscribe => UnsubscribePacket.Read(ref reader),
        PacketType.UnsubAck => UnsubAckPacket.Read(ref reader),
        PacketType.PingReq => PingReqPacket.Instance,
        PacketType.PingResp => PingRespPacket.Instance,
        PacketType.Disconnect => DisconnectPacket.Read(ref reader),
        PacketType.Auth => AuthPacket.Read(ref reader),
        var type => throw new InvalidOperationException($"Framing let packet type {(int)type} through."),
    };
}
