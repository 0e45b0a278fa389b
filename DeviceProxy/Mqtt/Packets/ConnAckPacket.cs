namespace Fog.DeviceProxy.Mqtt.Packets;

/// <summary>CONNACK (3.2): the server's answer to CONNECT.</summary>
/// <remarks><code>
/// byte   flags: 7–1 reserved, 0 session present
/// byte   return code; MQTT 5: reason code
/// […     properties, MQTT 5]
/// </code></remarks>
/// <param name="ReturnCode">In MQTT 5 the nearest that 3.1.1 has to <see cref="Reason"/>.</param>
internal sealed record ConnAckPacket(bool SessionPresent, ConnectReturnCode ReturnCode) : MqttPacket
{
    private readonly MqttReasonCode? reason;

    public MqttReasonCode Reason
    {
        get => reason ?? ReasonOf(ReturnCode);
        init => reason = value;
    }

    public PacketProperties? Properties { get; init; }

    protected override byte FirstByte => (byte)PacketType.ConnAck << 4;

    protected override int BodyBytes(MqttVersion version) => 2 + PacketProperties.BytesOf(Properties, version);

    public static ConnAckPacket? Read(ref PacketReader reader)
    {
        var flags = reader.Byte();
        if ((flags & 0xFE) != 0)
            reader.Fail(MqttFault.ReservedBitSet);
        return reader.Version == MqttVersion.V5 ? Read5(ref reader, flags == 1) : Read311(ref reader, flags == 1);
    }

    private static ConnAckPacket Read311(ref PacketReader reader, bool sessionPresent)
    {
        var code = (ConnectReturnCode)reader.Byte();
        if (code > ConnectReturnCode.NotAuthorized)
            reader.Fail(MqttFault.ReturnCodeUnknown);
        if (sessionPresent && code != ConnectReturnCode.Accepted)
            reader.Fail(MqttFault.SessionPresentInvalid); // MQTT-3.2.2-4
        return new ConnAckPacket(sessionPresent, code);
    }

    private static ConnAckPacket Read5(ref PacketReader reader, bool sessionPresent)
    {
        if (reader.IsLast((byte)ConnectReturnCode.UnacceptableProtocolVersion))
        {
            _ = reader.Byte(); // a server that does not know MQTT 5 says so in its own version
            return new ConnAckPacket(sessionPresent, ConnectReturnCode.UnacceptableProtocolVersion);
        }

        var reason = reader.Reason(Known);
        if (sessionPresent && reason != MqttReasonCode.Success)
            reader.Fail(MqttFault.SessionPresentInvalid); // MQTT-3.2.2-6
        return new ConnAckPacket(sessionPresent, CodeOf(reason)) { Reason = reason, Properties = PacketProperties.Read(ref reader, PropertyScope.ConnAck) };
    }

    protected override void WriteBody(ref PacketWriter writer)
    {
        writer.Byte(SessionPresent ? (byte)1 : (byte)0);
        writer.Byte(writer.Version == MqttVersion.V5 ? (byte)Reason : (byte)ReturnCode);
        PacketProperties.Write(ref writer, Properties);
    }

    private static MqttReasonCode ReasonOf(ConnectReturnCode code) => code switch
    {
        ConnectReturnCode.Accepted => MqttReasonCode.Success,
        ConnectReturnCode.UnacceptableProtocolVersion => MqttReasonCode.UnsupportedProtocolVersion,
        ConnectReturnCode.IdentifierRejected => MqttReasonCode.ClientIdentifierNotValid,
        ConnectReturnCode.ServerUnavailable => MqttReasonCode.ServerUnavailable,
        ConnectReturnCode.BadUserNameOrPassword => MqttReasonCode.BadUserNameOrPassword,
        ConnectReturnCode.NotAuthorized => MqttReasonCode.NotAuthorized,
        _ => MqttReasonCode.UnspecifiedError,
    };

    private static ConnectReturnCode CodeOf(MqttReasonCode reason) => reason switch
    {
        MqttReasonCode.Success => ConnectReturnCode.Accepted,
        MqttReasonCode.UnsupportedProtocolVersion => ConnectReturnCode.UnacceptableProtocolVersion,
        MqttReasonCode.ClientIdentifierNotValid => ConnectReturnCode.IdentifierRejected,
        MqttReasonCode.BadUserNameOrPassword or MqttReasonCode.BadAuthenticationMethod => ConnectReturnCode.BadUserNameOrPassword,
        MqttReasonCode.NotAuthorized or MqttReasonCode.Banned => ConnectReturnCode.NotAuthorized,
        _ => ConnectReturnCode.ServerUnavailable,
    };

    /// <summary>MQTT 5, table 3-1.</summary>
    private static ReadOnlySpan<byte> Known =>
    [
        0x00, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8A, 0x8C, 0x90, 0x95, 0x97, 0x99, 0x9A, 0x9B, 0x9C, 0x9D, 0x9F,
    ];
}
