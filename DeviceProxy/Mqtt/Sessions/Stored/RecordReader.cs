using System.Buffers;
using System.Buffers.Binary;
using Fog.DeviceProxy.Mqtt.Broker;
using Fog.DeviceProxy.Mqtt.Packets;

namespace Fog.DeviceProxy.Mqtt.Sessions.Stored;

/// <summary>Reads the fields of a stored record, behind its version.</summary>
internal ref struct RecordReader
{
    private readonly SessionRecord record;
    private ReadOnlySequence<byte> rest;

    /// <exception cref="UnreadableSessionException">It is of a later version.</exception>
    public RecordReader(in SessionRecord record)
    {
        this.record = record;
        rest = new(record.Body ?? []);
        if (Byte() is var version && version != RecordWriter.Version)
            throw new UnreadableSessionException(record, $"it is of version {version}, this one knows {RecordWriter.Version}: run the version that wrote it, or a later one");
    }

    public static DateTimeOffset TimeOf(ulong milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Min(milliseconds, (ulong)DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));

    public static TimeSpan SpanOf(ulong milliseconds) => TimeSpan.FromMilliseconds((long)Math.Min(milliseconds, uint.MaxValue * 1000UL));

    public byte Byte() => Take(1)[0];

    public ushort UInt16() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    public uint UInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64BigEndian(Take(8));

    public DateTimeOffset? Time() => UInt64() is var at and not 0 ? TimeOf(at) : null;

    public string Text()
    {
        var length = UInt16();
        var reader = new PacketReader([(byte)(length >> 8), (byte)length, .. Take(length)]);
        var text = reader.Text();
        return reader.Fault == MqttFault.None ? text : throw Damaged();
    }

    public (MqttMessage Message, ushort PacketId) Message(DateTimeOffset epoch) =>
        MessageOrRelease(epoch) is (var message, var packetId, IsRelease: false) ? (message, packetId) : throw Damaged();

    public (MqttMessage Message, ushort PacketId, bool IsRelease) MessageOrRelease(DateTimeOffset epoch)
    {
        var expires = Time();
        if (PacketDecoder.TryRead(ref rest, int.MaxValue, out var packet, out _, MqttVersion.V5) != DecodeStatus.Decoded)
            throw Damaged();
        switch (packet)
        {
            case PubRelPacket release:
                return (null!, release.PacketId, true);
            case PublishPacket { Message: var message, PacketId: var packetId } when message.Topic.Length > 0:
                if (expires is { } at)
                    message = message with { Properties = (message.Properties ?? new()) with { ExpiresAt = at - epoch } };
                return (message, packetId, false);
            default:
                throw Damaged();
        }
    }

    public readonly void End()
    {
        if (!rest.IsEmpty)
            throw Damaged();
    }

    public readonly UnreadableSessionException Damaged() => new(record, "its bytes make no sense; go back to a backup, or remove it");

    private ReadOnlySpan<byte> Take(int count)
    {
        if (rest.Length < count)
            throw Damaged();
        var bytes = rest.Slice(0, count);
        rest = rest.Slice(count);
        return bytes.FirstSpan;
    }
}
