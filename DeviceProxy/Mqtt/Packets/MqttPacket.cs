using System.Buffers;

namespace Fog.DeviceProxy.Mqtt.Packets;

/// <summary>A control packet. Each kind is one file: layout, clause, record, reading, writing.</summary>
internal abstract record MqttPacket
{
    /// <summary>Packet type and flags.</summary>
    protected abstract byte FirstByte { get; }

    /// <summary>Bytes after the fixed header.</summary>
    protected abstract int BodyBytes { get; }

    protected abstract void WriteBody(ref PacketWriter writer);

    public virtual void Write(IBufferWriter<byte> output)
    {
        var bytes = FixedHeader.BytesMax + BodyBytes;
        var writer = new PacketWriter(output.GetSpan(bytes));
        writer.FixedHeader(FirstByte, BodyBytes);
        WriteBody(ref writer);
        output.Advance(writer.Written);
    }
}
