using System.Reflection;
using Fog.DeviceProxy.Mqtt.Packets;

namespace Fog.DeviceProxy.Mqtt.Tests.Packets;

/// <summary>Bytes written by hand after the specification, tests/Vectors/mqtt/*.hex, in both directions.</summary>
public class PacketVectorsTests
{
    private static readonly string Folder = Path.Combine(
        typeof(PacketVectorsTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "VectorsFolder").Value!, "mqtt");

    private static readonly Dictionary<string, MqttPacket> Expected = new()
    {
        ["connect-minimal"] = new ConnectPacket("n1", CleanSession: true, 60),
        ["connect-full"] = new ConnectPacket(
            "node-1", CleanSession: false, 65535,
            new MqttMessage("s/will", new byte[] { 0, 1, 255 }, QualityOfService.AtLeastOnce, Retain: true),
            "me", new byte[] { 0xC3, 0xA9, 0, 0xFE, 0x21 }),
        ["connect-anonymous"] = new ConnectPacket("", CleanSession: true, 0),
        ["connect-empty-will"] = new ConnectPacket("a", CleanSession: true, 10, new MqttMessage("w/", default, QualityOfService.ExactlyOnce)),
        ["connack-accepted"] = new ConnAckPacket(SessionPresent: false, ConnectReturnCode.Accepted),
        ["connack-session-present"] = new ConnAckPacket(SessionPresent: true, ConnectReturnCode.Accepted),
        ["connack-not-authorized"] = new ConnAckPacket(SessionPresent: false, ConnectReturnCode.NotAuthorized),
        ["publish-qos0"] = new PublishPacket(new MqttMessage("a/b", "hi"u8.ToArray(), QualityOfService.AtMostOnce), 0),
        ["publish-qos0-retain-empty"] = new PublishPacket(new MqttMessage("a/b", default, QualityOfService.AtMostOnce, Retain: true), 0),
        ["publish-qos1"] = new PublishPacket(new MqttMessage("a/b", "hi"u8.ToArray()), 10),
        ["publish-qos2-dup-retain"] = new PublishPacket(
            new MqttMessage("a/b", new byte[] { 0 }, QualityOfService.ExactlyOnce, Retain: true) { Duplicate = true }, 65535),
        ["publish-unicode-topic"] = new PublishPacket(new MqttMessage("\uFEFF\U0002A6D4", default, QualityOfService.AtMostOnce), 0),
        ["publish-two-length-bytes"] = new PublishPacket(
            new MqttMessage("a", Enumerable.Range(0, 125).Select(i => (byte)i).ToArray(), QualityOfService.AtMostOnce), 0),
        ["puback"] = new PubAckPacket(10),
        ["pubrec"] = new PubRecPacket(10),
        ["pubrel"] = new PubRelPacket(10),
        ["pubcomp"] = new PubCompPacket(10),
        ["subscribe"] = new SubscribePacket(10, [
            new TopicRequest("a/b", QualityOfService.AtLeastOnce),
            new TopicRequest("c/+", QualityOfService.ExactlyOnce),
            new TopicRequest("#", QualityOfService.AtMostOnce)]),
        ["suback"] = new SubAckPacket(10, [1, 2, 0, SubAckPacket.Refused]),
        ["unsubscribe"] = new UnsubscribePacket(10, ["a/b", "c/+"]),
        ["unsuback"] = new UnsubAckPacket(10),
        ["pingreq"] = PingReqPacket.Instance,
        ["pingresp"] = PingRespPacket.Instance,
        ["disconnect"] = DisconnectPacket.Instance,
        ["v5-connect-minimal"] = new ConnectPacket("n1", CleanSession: true, 60) { Version = MqttVersion.V5 },
        ["v5-connect-full"] = new ConnectPacket(
            "n1", CleanSession: false, 0,
            new MqttMessage("w", "x"u8.ToArray())
            {
                Properties = new MqttMessageProperties
                {
                    IsText = true, Expiry = TimeSpan.FromSeconds(10), ContentType = "text", ResponseTopic = "r", CorrelationData = new byte[] { 1, 2 },
                },
            },
            null, "p"u8.ToArray())
        {
            Version = MqttVersion.V5,
            WillDelay = TimeSpan.FromSeconds(3),
            Properties = new PacketProperties()
                .Add(PropertyId.SessionExpiry, 120).Add(PropertyId.ReceiveMaximum, 20).Add(PropertyId.MaximumPacketSize, 4096)
                .Add(PropertyId.TopicAliasMaximum, 10).AddUser("a", "b"),
        },
        ["v5-connack-resumed"] = new ConnAckPacket(true, ConnectReturnCode.Accepted)
        {
            Reason = MqttReasonCode.Success,
            Properties = new PacketProperties()
                .Add(PropertyId.SessionExpiry, 10).Add(PropertyId.AssignedClientIdentifier, "a").Add(PropertyId.ServerKeepAlive, 60),
        },
        ["v5-connack-not-authorized"] = new ConnAckPacket(false, ConnectReturnCode.NotAuthorized) { Reason = MqttReasonCode.NotAuthorized },
        ["v5-publish-properties"] = new PublishPacket(
            new MqttMessage("a/b", "hi"u8.ToArray()) { Properties = new MqttMessageProperties { Expiry = TimeSpan.FromSeconds(10) } }, 10, TopicAlias: 3)
        {
            SubscriptionIds = [1, 128],
        },
        ["v5-publish-alias-only"] = new PublishPacket(new MqttMessage("", "h"u8.ToArray(), QualityOfService.AtMostOnce), 0, TopicAlias: 1),
        ["v5-puback"] = new PubAckPacket(10),
        ["v5-puback-not-authorized"] = new PubAckPacket(10) { Reason = MqttReasonCode.NotAuthorized },
        ["v5-pubrec-quota"] = new PubRecPacket(10)
        {
            Reason = MqttReasonCode.QuotaExceeded, Properties = new PacketProperties().Add(PropertyId.ReasonString, "no"),
        },
        ["v5-pubrel-unknown"] = new PubRelPacket(10) { Reason = MqttReasonCode.PacketIdentifierNotFound },
        ["v5-pubcomp"] = new PubCompPacket(10),
        ["v5-subscribe"] = new SubscribePacket(10, [
            new TopicRequest("a/b", QualityOfService.AtLeastOnce, NoLocal: true, RetainAsPublished: true, RetainHandling.Never)])
        {
            Properties = new PacketProperties().Add(PropertyId.SubscriptionIdentifier, 5),
        },
        ["v5-suback"] = new SubAckPacket(10, [1, (byte)MqttReasonCode.NotAuthorized]),
        ["v5-unsubscribe"] = new UnsubscribePacket(10, ["a/b"]),
        ["v5-unsuback"] = new UnsubAckPacket(10) { Reasons = [0, (byte)MqttReasonCode.NoSubscriptionExisted] },
        ["v5-disconnect"] = DisconnectPacket.Instance,
        ["v5-disconnect-taken-over"] = new DisconnectPacket(MqttReasonCode.SessionTakenOver),
        ["v5-disconnect-expiry"] = new DisconnectPacket(MqttReasonCode.DisconnectWithWill)
        {
            Properties = new PacketProperties().Add(PropertyId.SessionExpiry, 0),
        },
        ["v5-auth"] = new AuthPacket(MqttReasonCode.ContinueAuthentication)
        {
            Properties = new PacketProperties().Add(PropertyId.AuthenticationMethod, "x"),
        },
    };

    public static TheoryData<string> Names => [.. Expected.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_packet_is_written_as_the_specification_says(string name) =>
        Assert.Equal(Convert.ToHexString(Bytes(name)), Convert.ToHexString(Codec.Encode(Expected[name], Version(name))));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_packet_is_read_as_the_specification_says(string name) =>
        Assert.Equal(Codec.Describe(Expected[name]), Codec.Describe(Codec.Decode(Bytes(name), Version(name))));

    [Theory]
    [MemberData(nameof(Names))]
    public void The_beginning_of_a_packet_needs_more(string name)
    {
        var bytes = Bytes(name);
        for (var length = 0; length < bytes.Length; length++)
            Assert.Equal((DecodeStatus.NeedMore, MqttFault.None), Codec.Outcome(bytes[..length], version: Version(name)));
    }

    [Fact]
    public void Every_file_is_read_by_a_test() =>
        Assert.Equal(Expected.Keys.Order(), Directory.GetFiles(Folder, "*.hex").Select(Path.GetFileNameWithoutExtension).Order());

    [Fact]
    public void Every_packet_type_has_a_vector() =>
        Assert.Equal(Enum.GetValues<PacketType>(), Expected.Keys.Select(name => (PacketType)(Bytes(name)[0] >> 4)).Distinct().Order());

    [Fact]
    public void The_text_of_a_CONNECT_shows_no_secret()
    {
        var text = Expected["connect-full"].ToString()!;
        Assert.Contains("node-1", text);
        Assert.DoesNotContain("assword", text);
        Assert.DoesNotContain("me,", text);
    }

    private static MqttVersion Version(string name) => name.StartsWith("v5-", StringComparison.Ordinal) ? MqttVersion.V5 : MqttVersion.V311;

    /// <summary>Hexadecimal bytes; from '#' to the end of a line is a comment.</summary>
    private static byte[] Bytes(string name) => Convert.FromHexString(string.Concat(
        File.ReadLines(Path.Combine(Folder, name + ".hex")).Select(line => line.Split('#')[0].Replace(" ", ""))));
}
