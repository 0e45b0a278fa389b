using System.Buffers.Binary;
using System.Text;

namespace Fog.DeviceProxy.Mqtt.Packets;

/// <summary>Writes the fields of one packet (1.5) into a span that its sizes were computed for.</summary>
internal ref struct PacketWriter(Span<byte> span, MqttVersion version = MqttVersion.V311)
{
    private readonly Span<byte> span = span;

    public MqttVersion Version { get; } = version;

    public int Written { get; private set; }

    public void FixedHeader(byte first, int bodyBytes)
    {
        if (bodyBytes > Packets.FixedHeader.RemainingLengthMax)
            throw new ArgumentException($"An MQTT packet holds at most {Packets.FixedHeader.RemainingLengthMax} bytes, not {bodyBytes}.");
        Byte(first);
        VariableInteger(bodyBytes);
    }

    public void VariableInteger(int value)
    {
        do
        {
            var digit = value & 0x7F;
            value >>= 7;
            Byte((byte)(value > 0 ? digit | 0x80 : digit));
        }
        while (value > 0);
    }

    public void Byte(byte value) => span[Written++] = value;

    public void UInt16(ushort value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(span[Written..], value);
        Written += 2;
    }

    public void UInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(span[Written..], value);
        Written += 4;
    }

    public void Raw(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(span[Written..]);
        Written += bytes.Length;
    }

    public void Binary(ReadOnlySpan<byte> bytes)
    {
        UInt16(checked((ushort)bytes.Length));
        bytes.CopyTo(span[Written..]);
        Written += bytes.Length;
    }

    public void Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text, span[(Written + 2)..]);
        UInt16(checked((ushort)bytes));
        Written += bytes;
    }

    /// <summary>Bytes of a string with its length.</summary>
    public static int TextBytes(string text) => 2 + Encoding.UTF8.GetByteCount(text);

    public static int VariableIntegerBytes(int value) => value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x20_0000 ? 3 : 4;
}
