using System.Buffers;
using Fog.DeviceProxy.Mqtt.Packets;

namespace Fog.DeviceProxy.Mqtt.Tests.Packets;

/// <summary>The codec as tests like to call it.</summary>
internal static class Codec
{
    public const int BytesMax = 1024 * 1024;

    public static byte[] Encode(MqttPacket packet, MqttVersion version = MqttVersion.V311)
    {
        var output = new ArrayBufferWriter<byte>();
        packet.Write(output, version);
        Assert.Equal(output.WrittenCount, packet.Bytes(version));
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Decodes exactly one packet; anything else is a failure.</summary>
    public static MqttPacket Decode(byte[] bytes, MqttVersion version = MqttVersion.V311)
    {
        var buffer = new ReadOnlySequence<byte>(bytes);
        var status = PacketDecoder.TryRead(ref buffer, BytesMax, out var packet, out var fault, version);
        Assert.Equal((DecodeStatus.Decoded, MqttFault.None), (status, fault));
        Assert.True(buffer.IsEmpty, "Bytes are left over behind the packet.");
        return packet!;
    }

    public static (DecodeStatus Status, MqttFault Fault) Outcome(byte[] bytes, int bytesMax = BytesMax, MqttVersion version = MqttVersion.V311)
    {
        var buffer = new ReadOnlySequence<byte>(bytes);
        var status = PacketDecoder.TryRead(ref buffer, bytesMax, out var packet, out var fault, version);
        Assert.Equal(status == DecodeStatus.Decoded, packet is not null);
        return (status, fault);
    }

    /// <summary>Every field, for comparing packets by what they say.</summary>
    public static string Describe(MqttPacket packet) => packet switch
    {
        ConnectPacket c => $"CONNECT '{c.ClientId}' clean={c.CleanSession} keepalive={c.KeepAliveSeconds} "
            + $"will={(c.Will is null ? "none" : Describe(c.Will))} user={c.UserName ?? "none"} password={(c.Password is { } p ? Convert.ToHexString(p.Span) : "none")}"
            + (c.Version == MqttVersion.V5 ? $" v5 delay={c.WillDelay} [{c.Properties}]" : ""),
        PublishPacket p => $"PUBLISH {p.PacketId} {Describe(p.Message)} alias={p.TopicAlias} ids={string.Join(',', p.SubscriptionIds)}",
        SubscribePacket s => $"SUBSCRIBE {s.PacketId} {string.Join(", ", s.Requests.Select(r => $"'{r.Filter}' {r.Qos} {r.NoLocal} {r.RetainAsPublished} {r.RetainHandling}"))}{Describe(s.Properties)}",
        SubAckPacket s => $"SUBACK {s.PacketId} {string.Join(' ', s.ReturnCodes)}{Describe(s.Properties)}",
        UnsubscribePacket u => $"UNSUBSCRIBE {u.PacketId} {string.Join(", ", u.Filters.Select(f => $"'{f}'"))}{Describe(u.Properties)}",
        UnsubAckPacket u => $"UNSUBACK {u.PacketId} {string.Join(' ', u.Reasons)}{Describe(u.Properties)}",
        _ => packet.ToString()!,
    };

    private static string Describe(MqttMessage m) =>
        $"'{m.Topic}' {m.Qos} retain={m.Retain} dup={m.Duplicate} {Convert.ToHexString(m.Payload.Span)}{Describe(m.Properties)}";

    private static string Describe(PacketProperties? properties) => properties is null ? "" : $" [{properties}]";

    private static string Describe(MqttMessageProperties? p) => p is null ? "" :
        $" text={p.IsText} expiry={p.Expiry} type={p.ContentType} respond={p.ResponseTopic} "
        + $"correlation={(p.CorrelationData is { } c ? Convert.ToHexString(c.Span) : "none")} user={string.Join(',', p.User)}";
}
