namespace Fog.DeviceProxy.Mqtt.Packets;

/// <summary>SUBACK (3.9): what became of each wish of a SUBSCRIBE, in its order.</summary>
/// <remarks><code>
/// uint16    packet identifier
/// at least once:
///   byte    granted QoS 0 to 2, or 0x80 refused
/// </code></remarks>
internal sealed record SubAckPacket(ushort PacketId, IReadOnlyList<byte> ReturnCodes) : MqttPacket
{
    public const byte Refused = 0x80;

    protected override byte FirstByte => (byte)PacketType.SubAck << 4;

    protected override int BodyBytes => 2 + ReturnCodes.Count;

    public static SubAckPacket? Read(ref PacketReader reader)
    {
        var id = reader.PacketId();
        var codes = reader.Rest().ToArray();
        if (codes.Length == 0)
            reader.Fail(MqttFault.FiltersMissing);
        else if (codes.Any(code => code is > 2 and not Refused))
            reader.Fail(MqttFault.ReturnCodeUnknown); // MQTT-3.9.3-2
        return new SubAckPacket(id, codes);
    }

    protected override void WriteBody(ref PacketWriter writer)
    {
        writer.UInt16(PacketId);
        foreach (var code in ReturnCodes)
            writer.Byte(code);
    }
}
