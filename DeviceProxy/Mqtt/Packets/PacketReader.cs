using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace Fog.DeviceProxy.Mqtt.Packets;

/// <summary>
/// Reads the fields of one packet's body (1.5). The first fault stays; fields read after it are empty, so
/// that a packet's reader may read on and ask once at the end.
/// </summary>
internal ref struct PacketReader(ReadOnlySpan<byte> body)
{
    private ReadOnlySpan<byte> rest = body;

    public MqttFault Fault { get; private set; }

    public readonly bool AtEnd => rest.IsEmpty;

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

    /// <summary>A packet identifier, which is never zero (MQTT-2.3.1-1).</summary>
    public ushort PacketId()
    {
        var id = UInt16();
        if (id == 0)
            Fail(MqttFault.PacketIdZero);
        return id;
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
