using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace Fog.DeviceProxy.Mqtt.Packets;

/// <summary>
/// Reads the fields of one packet's body (1.5). The first fault stays; fields read after it are empty, so
/// that a packet's reader may read on and ask once at the end.
/// </summary>
internal ref struct PacketReader(ReadOnlySpan<byte> body, MqttVersion version = MqttVersion.V311)
{
    private ReadOnlySpan<byte> rest = body;

    /// <summary>The connection's; CONNECT itself says which.</summary>
    public MqttVersion Version { get; set; } = version;

    public MqttFault Fault { get; private set; }

    public readonly bool AtEnd => rest.IsEmpty;

    /// <summary>Whether nothing is left but this one byte.</summary>
    public readonly bool IsLast(byte value) => rest.Length == 1 && rest[0] == value;

    public void Fail(MqttFault fault)
    {
        if (Fault == MqttFault.None)
            Fault = fault;
        rest = default;
    }

    public byte Byte()
    {
        var bytes = Bytes(1);
        return bytes.IsEmpty ? (byte)0 : bytes[0];
    }

    /// <summary>Big-endian (1.5.2).</summary>
    public ushort UInt16()
    {
        var bytes = Bytes(2);
        return bytes.IsEmpty ? (ushort)0 : BinaryPrimitives.ReadUInt16BigEndian(bytes);
    }

    /// <summary>Big-endian (MQTT 5, 1.5.3).</summary>
    public uint UInt32()
    {
        var bytes = Bytes(4);
        return bytes.IsEmpty ? 0 : BinaryPrimitives.ReadUInt32BigEndian(bytes);
    }

    /// <summary>One to four bytes of seven bits each, in as few as it needs (MQTT-1.5.5-1).</summary>
    public int VariableInteger()
    {
        var value = 0;
        for (var shift = 0; shift <= 21; shift += 7)
        {
            int digit = Byte();
            value |= (digit & 0x7F) << shift;
            if ((digit & 0x80) != 0)
                continue;
            if (digit == 0 && shift > 0)
                break;
            return value;
        }

        Fail(MqttFault.VariableIntegerInvalid);
        return 0;
    }

    /// <summary>A variable byte integer, then as many bytes, to be read by themselves.</summary>
    public PacketReader Section()
    {
        var section = new PacketReader(Bytes(VariableInteger()), Version);
        if (Fault != MqttFault.None)
            section.Fail(Fault);
        return section;
    }

    /// <summary>A packet identifier, which is never zero (MQTT-2.3.1-1).</summary>
    public ushort PacketId()
    {
        var id = UInt16();
        if (id == 0)
            Fail(MqttFault.PacketIdZero);
        return id;
    }

    /// <summary>A reason code (MQTT 5, 2.4) that this packet may have.</summary>
    public MqttReasonCode Reason(ReadOnlySpan<byte> known)
    {
        var code = Byte();
        if (Fault == MqttFault.None && !known.Contains(code))
            Fail(MqttFault.ReturnCodeUnknown);
        return (MqttReasonCode)code;
    }

    /// <summary>Two bytes of length, then as many bytes.</summary>
    public ReadOnlySpan<byte> Binary() => Bytes(UInt16());

    /// <summary>A string (1.5.3): well-formed UTF-8 without U+0000. A byte order mark is a character like any other (MQTT-1.5.3-3).</summary>
    public string Text()
    {
        var bytes = Binary();
        if (!Utf8.IsValid(bytes))
            Fail(MqttFault.StringNotUtf8);
        else if (bytes.Contains((byte)0))
            Fail(MqttFault.StringHasNull);
        else
            return Encoding.UTF8.GetString(bytes);
        return "";
    }

    public ReadOnlySpan<byte> Rest()
    {
        var all = rest;
        rest = default;
        return all;
    }

    /// <summary>Whether every field was there and nothing is left over.</summary>
    public bool End()
    {
        if (!rest.IsEmpty)
            Fail(MqttFault.BodyTooLong);
        return Fault == MqttFault.None;
    }

    private ReadOnlySpan<byte> Bytes(int count)
    {
        if (rest.Length < count)
        {
            Fail(MqttFault.BodyTooShort);
            return default;
        }

        var bytes = rest[..count];
        rest = rest[count..];
        return bytes;
    }
}
