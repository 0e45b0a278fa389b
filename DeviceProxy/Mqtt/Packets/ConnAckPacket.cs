namespace Fog.DeviceProxy.Mqtt.Packets;

/// <summary>CONNACK (3.2): the server's answer to CONNECT.</summary>
/// <remarks><code>
/// byte   flags: 7–1 reserved, 0 session present
/// byte   return code
/// </code></remarks>
internal sealed record ConnAckPacket(bool SessionPresent, ConnectReturnCode ReturnCode) : MqttPacket
{
    protected override byte FirstByte => (byte)PacketType.ConnAck << 4;

    protected override int BodyBytes => 2;

    public static ConnAckPacket? Read(ref PacketReader reader)
    {
        var flags = reader.Byte();
        var code = (ConnectReturnCode)reader.Byte();
        if ((flags & 0xFE) != 0)
            reader.Fail(MqttFault.ReservedBitSet);
        if (code > ConnectReturnCode.NotAuthorized)
            reader.Fail(MqttFault.ReturnCodeUnknown);
        if (flags == 1 && code != ConnectReturnCode.Accepted)
            reader.Fail(MqttFault.SessionPresentInvalid); // MQTT-3.2.2-4
        return new ConnAckPacket(flags == 1, code);
    }

    protected override void WriteBody(ref PacketWriter writer)
    {
        writer.Byte(SessionPresent ? (byte)1 : (byte)0);
        writer.Byte((byte)ReturnCode);
    }
}
