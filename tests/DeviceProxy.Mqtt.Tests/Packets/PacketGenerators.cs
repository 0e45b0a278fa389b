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

    public static readonly Gen<MqttPacket> Packet = Gen.OneOf(Connect, ConnAck, Publish, Numbered, Subscribe, SubAck, Unsubscribe, Bare);
}
