using System.Buffers;

namespace Fog.DeviceProxy.Mqtt.Packets;

internal enum DecodeStatus
{
    /// <summary>The bytes so far are the beginning of a packet.</summary>
    NeedMore,
    Decoded,
    Malformed,
}

/// <summary>Framing: the fixed header that every packet begins with (2.2).</summary>
/// <remarks><code>
///          7   6   5   4 | 3   2   1   0
/// byte 1   packet type   | flags
/// byte 2…  remaining length: 1 to 4 bytes, seven bits each, least first, high bit "another follows"
/// </code></remarks>
internal static class FixedHeader
{
    /// <summary>Bytes of type, flags and the longest length.</summary>
    public const int BytesMax = 5;

    /// <summary>The largest length that four bytes can say.</summary>
    public const int RemainingLengthMax = 268_435_455;

    /// <summary>Bytes of a packet with this body.</summary>
    public static int Bytes(int bodyBytes) => 1 + PacketWriter.VariableIntegerBytes(bodyBytes) + bodyBytes;

    /// <summary>
    /// Finds the first packet's body. A wrong type, wrong flags and a length beyond its limit are told from
    /// the header alone, before any of the body has to be there.
    /// </summary>
    public static DecodeStatus TryRead(
        in ReadOnlySequence<byte> buffer, int packetBytesMax, MqttVersion version,
        out byte first, out ReadOnlySequence<byte> body, out MqttFault fault)
    {
        body = default;
        first = 0;
        fault = MqttFault.None;
        var reader = new SequenceReader<byte>(buffer);
        if (!reader.TryRead(out first))
            return DecodeStatus.NeedMore;

        fault = CheckFirstByte(first, version);
        if (fault != MqttFault.None)
            return DecodeStatus.Malformed;

        var length = 0;
        for (var shift = 0; ; shift += 7)
        {
            if (!reader.TryRead(out var digit))
                return DecodeStatus.NeedMore;
            length |= (digit & 0x7F) << shift;
            var isLast = (digit & 0x80) == 0;
            var isPadding = digit == 0 && shift > 0 && version == MqttVersion.V5; // MQTT-1.5.5-1
            if (isLast && !isPadding)
                break;
            if (isPadding || shift == 21)
            {
                fault = MqttFault.RemainingLengthInvalid;
                return DecodeStatus.Malformed;
            }
        }

        fault = CheckLength((PacketType)(first >> 4), length, packetBytesMax, version);
        if (fault != MqttFault.None)
            return DecodeStatus.Malformed;

        if (reader.Remaining < length)
            return DecodeStatus.NeedMore;
        body = buffer.Slice(reader.Position, length);
        return DecodeStatus.Decoded;
    }

    /// <summary>Table 2.2: only PUBLISH has flags of its own; three packets have 0010, the others 0000.</summary>
    private static MqttFault CheckFirstByte(byte first, MqttVersion version)
    {
        var flags = first & 0x0F;
        switch ((PacketType)(first >> 4))
        {
            case 0:
            case PacketType.Auth when version != MqttVersion.V5:
                return MqttFault.PacketTypeReserved;
            case PacketType.Publish:
                return PublishPacket.CheckFlags(flags);
            case PacketType.PubRel or PacketType.Subscribe or PacketType.Unsubscribe:
                return flags == 0b0010 ? MqttFault.None : MqttFault.HeaderFlagsInvalid;
            default:
                return flags == 0 ? MqttFault.None : MqttFault.HeaderFlagsInvalid;
        }
    }

    /// <summary>Packets of fixed size are told from their length alone; in MQTT 5 only two have one.</summary>
    private static MqttFault CheckLength(PacketType type, int length, int packetBytesMax, MqttVersion version)
    {
        var exact = type switch
        {
            PacketType.PingReq or PacketType.PingResp => 0,
            _ when version == MqttVersion.V5 => -1,
            PacketType.ConnAck or PacketType.PubAck or PacketType.PubRec or PacketType.PubRel
                or PacketType.PubComp or PacketType.UnsubAck => 2,
            PacketType.Disconnect => 0,
            _ => -1,
        };
        if (exact >= 0 && length != exact)
            return length < exact ? MqttFault.BodyTooShort : MqttFault.BodyTooLong;
        return length > packetBytesMax ? MqttFault.PacketTooLarge : MqttFault.None;
    }
}
