using System.Buffers;
using System.Text;

namespace Fog.DeviceProxy.Mqtt.Packets;

/// <summary>CONNECT (3.1): the client asks for a connection.</summary>
/// <remarks><code>
/// string    protocol name "MQTT"
/// byte      protocol level: 4, or 5
/// byte      flags: 7 user name, 6 password, 5 will retain, 4–3 will QoS, 2 will, 1 clean session (MQTT 5: clean start), 0 reserved
/// uint16    keepalive in seconds, 0 = none
/// […        properties, MQTT 5]
/// string    client identifier
/// [[…       will properties, MQTT 5] string will topic, binary will message]
/// [string   user name]
/// [binary   password]
/// </code></remarks>
/// <param name="ClientId">Empty: the server assigns one (3.1.3.1).</param>
/// <param name="KeepAliveSeconds">Zero: the server never expects the client to be silent too long.</param>
internal sealed record ConnectPacket(
    string ClientId,
    bool CleanSession,
    ushort KeepAliveSeconds,
    MqttMessage? Will = null,
    string? UserName = null,
    ReadOnlyMemory<byte>? Password = null) : MqttPacket
{
    private const int UserNameFlag = 0x80, PasswordFlag = 0x40, WillRetainFlag = 0x20, WillFlag = 0x04, CleanFlag = 0x02;

    public MqttVersion Version { get; init; } = MqttVersion.V311;

    public PacketProperties? Properties { get; init; }

    /// <summary>How long after the connection's end the will is published (MQTT 5, 3.1.3.2.2).</summary>
    public TimeSpan WillDelay { get; init; }

    protected override byte FirstByte => (byte)PacketType.Connect << 4;

    /// <summary>CONNECT says itself what version it is, whatever the connection was thought to be.</summary>
    protected override int BodyBytes(MqttVersion version) =>
        PacketWriter.TextBytes("MQTT") + 4
        + PacketProperties.BytesOf(Properties, Version)
        + PacketWriter.TextBytes(ClientId)
        + (Will is null ? 0 : PacketProperties.BytesOf(WillProperties, Version) + PacketWriter.TextBytes(Will.Topic) + 2 + Will.Payload.Length)
        + (UserName is null ? 0 : PacketWriter.TextBytes(UserName))
        + (Password is null ? 0 : 2 + Password.Value.Length);

    public static ConnectPacket? Read(ref PacketReader reader)
    {
        if (reader.Text() != "MQTT")
            reader.Fail(MqttFault.ProtocolNameUnknown);
        var level = reader.Byte();
        if (level is not ((byte)MqttVersion.V311 or (byte)MqttVersion.V5) && reader.Fault == MqttFault.None)
            reader.Fail(MqttFault.ProtocolLevelUnsupported);
        else
            reader.Version = (MqttVersion)level;

        int flags = reader.Byte();
        var willQos = flags >> 3 & 3;
        if ((flags & 1) != 0)
            reader.Fail(MqttFault.ReservedBitSet);
        if ((flags & WillFlag) == 0 && (flags & (WillRetainFlag | 0x18)) != 0)
            reader.Fail(MqttFault.WillFlagsWithoutWill);
        if (willQos == 3)
            reader.Fail(MqttFault.QosInvalid);
        if ((flags & UserNameFlag) == 0 && (flags & PasswordFlag) != 0 && reader.Version == MqttVersion.V311)
            reader.Fail(MqttFault.PasswordWithoutUserName);

        var keepAlive = reader.UInt16();
        var properties = PacketProperties.Read(ref reader, PropertyScope.Connect);
        var clientId = reader.Text();
        MqttMessage? will = null;
        var willDelay = TimeSpan.Zero;
        if ((flags & WillFlag) != 0)
        {
            var willProperties = PacketProperties.Read(ref reader, PropertyScope.Will);
            PublishPacket.CheckResponseTopic(ref reader, willProperties);
            willDelay = willProperties?.Seconds(PropertyId.WillDelay) ?? TimeSpan.Zero;
            var topic = PublishPacket.ReadTopicName(ref reader);
            will = new MqttMessage(topic, reader.Binary().ToArray(), (QualityOfService)willQos, (flags & WillRetainFlag) != 0)
            {
                Properties = willProperties?.ToMessage(),
            };
        }

        var userName = (flags & UserNameFlag) != 0 ? reader.Text() : null;
        var password = (flags & PasswordFlag) != 0 ? reader.Binary().ToArray() : default(ReadOnlyMemory<byte>?);
        return new ConnectPacket(clientId, (flags & CleanFlag) != 0, keepAlive, will, userName, password)
        {
            Version = reader.Version,
            Properties = properties,
            WillDelay = willDelay,
        };
    }

    public override void Write(IBufferWriter<byte> output, MqttVersion version = MqttVersion.V311) => base.Write(output, Version);

    protected override void WriteBody(ref PacketWriter writer)
    {
        writer.Text("MQTT");
        writer.Byte((byte)Version);
        writer.Byte((byte)(
            (UserName is null ? 0 : UserNameFlag)
            | (Password is null ? 0 : PasswordFlag)
            | (Will is null ? 0 : WillFlag | (int)Will.Qos << 3 | (Will.Retain ? WillRetainFlag : 0))
            | (CleanSession ? CleanFlag : 0)));
        writer.UInt16(KeepAliveSeconds);
        PacketProperties.Write(ref writer, Properties);
        writer.Text(ClientId);
        if (Will is not null)
        {
            PacketProperties.Write(ref writer, WillProperties);
            writer.Text(Will.Topic);
            writer.Binary(Will.Payload.Span);
        }

        if (UserName is not null)
            writer.Text(UserName);
        if (Password is not null)
            writer.Binary(Password.Value.Span);
    }

    private PacketProperties? WillProperties =>
        WillDelay > TimeSpan.Zero
            ? (PacketProperties.Of(Will?.Properties) ?? new PacketProperties()).Add(PropertyId.WillDelay, WillDelay)
            : PacketProperties.Of(Will?.Properties);

    /// <summary>Names the client and nothing secret: packets end up in logs.</summary>
    protected override bool PrintMembers(StringBuilder builder)
    {
        builder.Append("ClientId = ").Append(ClientId).Append(", CleanSession = ").Append(CleanSession);
        return true;
    }
}
