using System.Buffers;

namespace Fog.DeviceProxy.Mqtt.Packets;

/// <summary>A control packet. Each kind is one file: layout, clause, record, reading, writing.</summary>
internal abstract record MqttPacket
{
    /// <summary>Packet type and flags.</summary>
    protected abstract byte FirstByte { get; }

    /// <summary>Bytes after the fixed header.</summary>
    protected abstract int BodyBytes(MqttVersion version);

    /// <summary>Bytes of the whole packet, which a peer's maximum packet size is about.</summary>
    public int Bytes(MqttVersion version) => FixedHeader.Bytes(BodyBytes(version));

    public virtual void Write(IBufferWriter<byte> output, MqttVersion version = MqttVersion.V311)
    {
        var body = BodyBytes(version);
        var writer = new PacketWriter(output.GetSpan(FixedHeader.BytesMax + body), version);
        writer.FixedHeader(FirstByte, body);
        WriteBody(ref writer);
        output.Advance(writer.Written);
    }

    protected abstract void WriteBody(ref PacketWriter writer);
}
