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
    };

    public static TheoryData<string> Names => [.. Expected.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_packet_is_written_as_the_specification_says(string name) =>
        Assert.Equal(Convert.ToHexString(Bytes(name)), Convert.ToHexString(Codec.Encode(Expected[name])));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_packet_is_read_as_the_specification_says(string name) =>
        Assert.Equal(Codec.Describe(Expected[name]), Codec.Describe(Codec.Decode(Bytes(name))));

    [Theory]
    [MemberData(nameof(Names))]
    public void The_beginning_of_a_packet_needs_more(string name)
    {
        var bytes = Bytes(name);
        for (var length = 0; length < bytes.Length; length++)
            Assert.Equal((DecodeStatus.NeedMore, MqttFault.None), Codec.Outcome(bytes[..length]));
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

    /// <summary>Hexadecimal bytes; from '#' to the end of a line is a comment.</summary>
    private static byte[] Bytes(string name) => Convert.FromHexString(string.Concat(
        File.ReadLines(Path.Combine(Folder, name + ".hex")).Select(line => line.Split('#')[0].Replace(" ", ""))));
}
