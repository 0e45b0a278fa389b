namespace Fog.DeviceProxy.Mqtt.Packets;

/// <summary>What PUBACK, PUBREC, PUBREL and PUBCOMP (3.4 to 3.7) have in common: all but their names.</summary>
/// <remarks><code>
/// uint16      packet identifier
/// MQTT 5, each left out if it and what follows says nothing:
///   byte      reason code, left out: success
///   …         properties
/// </code></remarks>
internal abstract record AcknowledgementPacket(ushort PacketId) : MqttPacket
{
    public MqttReasonCode Reason { get; init; }

    public PacketProperties? Properties { get; init; }

    protected override int BodyBytes(MqttVersion version) =>
        version != MqttVersion.V5 || IsPlain ? 2 : Properties is null ? 3 : 3 + PacketProperties.BytesOf(Properties, version);

    private bool IsPlain => Reason == MqttReasonCode.Success && Properties is null;

    /// <summary>Everything behind the identifier.</summary>
    protected static (MqttReasonCode Reason, PacketProperties? Properties) ReadResult(ref PacketReader reader, ReadOnlySpan<byte> known)
    {
        if (reader.Version != MqttVersion.V5 || reader.AtEnd)
            return default;
        var reason = reader.Reason(known);
        return (reason, reader.AtEnd ? null : PacketProperties.Read(ref reader, PropertyScope.Acknowledgement));
    }

    protected override void WriteBody(ref PacketWriter writer)
    {
        writer.UInt16(PacketId);
        if (writer.Version != MqttVersion.V5 || IsPlain)
            return;
        writer.Byte((byte)Reason);
        if (Properties is not null)
            PacketProperties.Write(ref writer, Properties);
    }

    /// <summary>Table 3-4 (and 3-5, the same): what may become of a message.</summary>
    protected static ReadOnlySpan<byte> Taking => [0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99];

    /// <summary>Table 3-6 (and 3-7, the same): what may become of an identifier.</summary>
    protected static ReadOnlySpan<byte> Releasing => [0x00, 0x92];
}
