using FsCheck;
using FsCheck.Fluent;
using Fog.DeviceProxy.Mqtt.Packets;

namespace Fog.DeviceProxy.Mqtt.Tests.Packets;

/// <summary>Arbitrary well-formed packets.</summary>
internal static class PacketGenerators
{
    private static readonly Gen<string> Text = Gen.Elements("", "a", "node-17", "é", "\uFEFF", "\U0001F600", " ", "\u0001x", new string('z', 300));

    private static readonly Gen<string> Level = Gen.Elements("", "a", "b", "fog", "$x", "é", "n-1");

    public static readonly Gen<string> TopicName =
        Level.NonEmptyListOf().Select(levels => string.Join('/', levels)).Where(topic => topic.Length > 0);

    public static readonly Gen<string> Filter =
        from levels in Gen.Frequency((4, Level), (2, Gen.Constant("+"))).NonEmptyListOf()
        from rest in Gen.Elements("", "/#")
        let filter = string.Join('/', levels) + rest
        where filter.Length > 0
        select filter;

    public static readonly Gen<QualityOfService> Qos = Gen.Elements(Enum.GetValues<QualityOfService>());

    private static readonly Gen<bool> Bool = Gen.Elements(true, false);

    private static readonly Gen<ushort> PacketId = Gen.Choose(1, ushort.MaxValue).Select(i => (ushort)i);

    private static readonly Gen<byte[]> Payload = Gen.Choose(0, 255).Select(i => (byte)i).ArrayOf();

    private static readonly Gen<MqttMessage> Message =
        from topic in TopicName
        from payload in Payload
        from qos in Qos
        from retain in Bool
        select new MqttMessage(topic, payload, qos, retain);

    private static readonly Gen<MqttPacket> Connect =
        from id in Text
        from clean in Bool
        from keepAlive in Gen.Choose(0, ushort.MaxValue)
        from hasWill in Bool
        from will in Message
        from credentials in Gen.Choose(0, 2)
        from user in Text
        from password in Payload
        select (MqttPacket)new ConnectPacket(
            id, clean, (ushort)keepAlive, hasWill ? will : null,
            credentials > 0 ? user : null, credentials > 1 ? password : (ReadOnlyMemory<byte>?)null);

    private static readonly Gen<MqttPacket> Publish =
        from message in Message
        from duplicate in Bool
        from id in PacketId
        let isNumbered = message.Qos != QualityOfService.AtMostOnce
        select (MqttPacket)new PublishPacket(message with { Duplicate = duplicate && isNumbered }, isNumbered ? id : (ushort)0);

    private static readonly Gen<MqttPacket> Subscribe =
        from id in PacketId
        from requests in (from filter in Filter from qos in Qos select new TopicRequest(filter, qos)).NonEmptyListOf()
        select (MqttPacket)new SubscribePacket(id, [.. requests]);

    private static readonly Gen<MqttPacket> SubAck =
        from id in PacketId
        from codes in Gen.Elements<byte>(0, 1, 2, 0x80).NonEmptyListOf()
        select (MqttPacket)new SubAckPacket(id, [.. codes]);

    private static readonly Gen<MqttPacket> Unsubscribe =
        from id in PacketId
        from filters in Filter.NonEmptyListOf()
        select (MqttPacket)new UnsubscribePacket(id, [.. filters]);

    private static readonly Gen<MqttPacket> ConnAck =
        from code in Gen.Elements(Enum.GetValues<ConnectReturnCode>())
        from present in Bool
        select (MqttPacket)new ConnAckPacket(present && code == ConnectReturnCode.Accepted, code);

    private static readonly Gen<MqttPacket> Numbered =
        from id in PacketId
        from make in Gen.Elements<Func<ushort, MqttPacket>>(
            i => new PubAckPacket(i), i => new PubRecPacket(i), i => new PubRelPacket(i), i => new PubCompPacket(i), i => new UnsubAckPacket(i))
        select make(id);

    private static readonly Gen<MqttPacket> Bare = Gen.Elements<MqttPacket>(PingReqPacket.Instance, PingRespPacket.Instance, DisconnectPacket.Instance);

    private static readonly Gen<MqttMessageProperties?> MessageProperties =
        from text in Bool
        from expiry in Gen.Choose(0, 1_000_000)
        from type in Text
        from respond in TopicName
        from correlation in Payload
        from user in (from name in Text from value in Text select KeyValuePair.Create(name, value)).ArrayOf(3)
        from mask in Gen.Choose(0, 31)
        select mask == 0 ? null : new MqttMessageProperties
        {
            IsText = text,
            Expiry = (mask & 1) != 0 ? TimeSpan.FromSeconds(expiry) : null,
            ContentType = (mask & 2) != 0 ? type : null,
            ResponseTopic = (mask & 4) != 0 ? respond : null,
            CorrelationData = (mask & 8) != 0 ? correlation : null,
            User = (mask & 16) != 0 ? user : [KeyValuePair.Create("a", "b")],
        };

    private static readonly Gen<PacketProperties?> Reason =
        from some in Bool
        from text in Text
        select some ? new PacketProperties().Add(PropertyId.ReasonString, text).AddUser(text, "x") : null;

    private static readonly Gen<MqttPacket> Publish5 =
        from packet in Publish
        from properties in MessageProperties
        from alias in Gen.Choose(0, ushort.MaxValue)
        from ids in Gen.Choose(1, 268_435_455).Select(i => (uint)i).ArrayOf(2)
        from hasIds in Bool
        let publish = (PublishPacket)packet
        select (MqttPacket)(publish with
        {
            Message = publish.Message with { Properties = properties },
            TopicAlias = (ushort)alias,
            SubscriptionIds = hasIds ? ids : [],
        });

    private static readonly Gen<MqttPacket> Connect5 =
        from packet in Connect
        from properties in MessageProperties
        from delay in Gen.Choose(0, 1000)
        from expiry in Gen.Choose(0, int.MaxValue)
        let connect = (ConnectPacket)packet
        select (MqttPacket)(connect with
        {
            Version = MqttVersion.V5,
            Will = connect.Will is null ? null : connect.Will with { Properties = properties },
            WillDelay = connect.Will is null ? TimeSpan.Zero : TimeSpan.FromSeconds(delay),
            Properties = new PacketProperties().Add(PropertyId.SessionExpiry, (uint)expiry),
        });

    private static readonly Gen<MqttPacket> Numbered5 =
        from id in PacketId
        from reason in Reason
        from refused in Bool
        let taking = refused ? MqttReasonCode.QuotaExceeded : MqttReasonCode.Success
        let releasing = refused ? MqttReasonCode.PacketIdentifierNotFound : MqttReasonCode.Success
        from packet in Gen.Elements<MqttPacket>(
            new PubAckPacket(id) { Reason = taking, Properties = reason },
            new PubRecPacket(id) { Reason = taking, Properties = reason },
            new PubRelPacket(id) { Reason = releasing, Properties = reason },
            new PubCompPacket(id) { Reason = releasing, Properties = reason },
            new UnsubAckPacket(id) { Reasons = [0x11, 0], Properties = reason },
            new SubAckPacket(id, [0x87, 2]) { Properties = reason },
            new ConnAckPacket(!refused, refused ? ConnectReturnCode.ServerUnavailable : ConnectReturnCode.Accepted)
            {
                Reason = taking, Properties = reason,
            },
            new DisconnectPacket(taking) { Properties = reason },
            new AuthPacket(MqttReasonCode.ReAuthenticate) { Properties = reason })
        select packet;

    private static readonly Gen<MqttPacket> Subscribe5 =
        from id in PacketId
        from requests in (
            from filter in Filter
            from qos in Qos
            from noLocal in Bool
            from asPublished in Bool
            from handling in Gen.Elements(Enum.GetValues<RetainHandling>())
            select new TopicRequest(filter, qos, noLocal, asPublished, handling)).NonEmptyListOf()
        from subscription in Gen.Choose(1, 268_435_455)
        select (MqttPacket)new SubscribePacket(id, [.. requests])
        {
            Properties = new PacketProperties().Add(PropertyId.SubscriptionIdentifier, (uint)subscription),
        };

    public static readonly Gen<MqttPacket> Packet5 = Gen.OneOf(Connect5, Publish5, Numbered5, Subscribe5, Unsubscribe, Bare);

    public static readonly Gen<MqttPacket> Packet = Gen.OneOf(Connect, ConnAck, Publish, Numbered, Subscribe, SubAck, Unsubscribe, Bare);
}
