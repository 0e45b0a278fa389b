using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using Fog.DeviceProxy.Mqtt.Packets;

namespace Fog.DeviceProxy.Mqtt.Tests.Packets;

public class PacketPropertiesTests
{
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(500);

    [Fact]
    public void What_is_written_is_read_again() => Check.One(Runs, Prop.ForAll(
        PacketGenerators.Packet.ToArbitrary(),
        packet => Codec.Describe(packet) == Codec.Describe(Codec.Decode(Codec.Encode(packet)))));

    [Fact]
    public void What_is_written_in_version_5_is_read_again() => Check.One(Runs, Prop.ForAll(
        PacketGenerators.Packet5.ToArbitrary(),
        packet => Codec.Describe(packet) == Codec.Describe(Codec.Decode(Codec.Encode(packet, MqttVersion.V5), MqttVersion.V5))));

    [Fact]
    public void A_packet_of_version_5_with_one_wrong_byte_has_an_outcome_and_if_it_is_read_it_can_be_written() => Check.One(Runs.WithMaxTest(3000), Prop.ForAll(
        (from packet in PacketGenerators.Packet5
         let bytes = Codec.Encode(packet, MqttVersion.V5)
         from at in Gen.Choose(0, bytes.Length - 1)
         from value in Gen.Choose(0, 255)
         select (bytes, at, value)).ToArbitrary(),
        mutation =>
        {
            var bytes = mutation.bytes.ToArray();
            bytes[mutation.at] = (byte)mutation.value;
            var buffer = new ReadOnlySequence<byte>(bytes);
            if (PacketDecoder.TryRead(ref buffer, Codec.BytesMax, out var packet, out _, MqttVersion.V5) == DecodeStatus.Decoded)
                Assert.Equal(Codec.Describe(packet!), Codec.Describe(Codec.Decode(Codec.Encode(packet!, MqttVersion.V5), MqttVersion.V5)));
        }));

    [Fact]
    public void However_a_stream_is_cut_the_same_packets_come_out() => Check.One(Runs, Prop.ForAll(
        PacketGenerators.Packet.NonEmptyListOf().ToArbitrary(),
        Gen.Choose(1, 40).NonEmptyListOf().ToArbitrary(),
        (packets, cuts) =>
        {
            var stream = packets.SelectMany(packet => Codec.Encode(packet)).ToArray();
            Assert.Equal(packets.Select(Codec.Describe), ReadInPieces(stream, [.. cuts]).Select(Codec.Describe));
        }));

    [Fact]
    public void Any_bytes_have_an_outcome() => Check.One(Runs.WithMaxTest(3000), Prop.ForAll(
        (from first in Gen.Choose(0, 255)
         from length in Gen.Choose(0, 60)
         from body in Gen.Choose(0, 255).Select(i => (byte)i).ArrayOf(length)
         select new[] { (byte)first, (byte)length }.Concat(body).ToArray()).ToArbitrary(),
        bytes =>
        {
            var (status, fault) = Codec.Outcome(bytes);
            Assert.NotEqual(DecodeStatus.NeedMore, status); // the announced length is there
            Assert.Equal(status == DecodeStatus.Malformed, fault != MqttFault.None);
        }));

    [Fact]
    public void A_packet_with_one_wrong_byte_has_an_outcome_and_if_it_is_read_it_can_be_written() => Check.One(Runs.WithMaxTest(3000), Prop.ForAll(
        (from packet in PacketGenerators.Packet
         let bytes = Codec.Encode(packet)
         from at in Gen.Choose(0, bytes.Length - 1)
         from value in Gen.Choose(0, 255)
         select (bytes, at, value)).ToArbitrary(),
        mutation =>
        {
            var bytes = mutation.bytes.ToArray();
            bytes[mutation.at] = (byte)mutation.value;
            var buffer = new ReadOnlySequence<byte>(bytes);
            if (PacketDecoder.TryRead(ref buffer, Codec.BytesMax, out var packet, out _) == DecodeStatus.Decoded)
                Assert.Equal(Codec.Describe(packet!), Codec.Describe(Codec.Decode(Codec.Encode(packet!))));
        }));

    /// <summary>Feeds the stream piece by piece, as segments of their own, and decodes after each.</summary>
    private static List<MqttPacket> ReadInPieces(byte[] stream, int[] cuts)
    {
        var packets = new List<MqttPacket>();
        var pieces = new List<byte[]>();
        var cut = 0;
        for (var at = 0; at < stream.Length;)
        {
            var length = Math.Min(cuts[cut++ % cuts.Length], stream.Length - at);
            pieces.Add(stream[at..(at + length)]);
            at += length;

            var buffer = Segment.Join(pieces);
            while (PacketDecoder.TryRead(ref buffer, Codec.BytesMax, out var packet, out var fault) is var status && status != DecodeStatus.NeedMore)
            {
                Assert.Equal((DecodeStatus.Decoded, MqttFault.None), (status, fault));
                packets.Add(packet!);
            }

            pieces = [.. buffer.ToPieces()];
        }

        Assert.Empty(pieces);
        return packets;
    }
}

/// <summary>A sequence of many segments, as a transport hands them out.</summary>
internal sealed class Segment : ReadOnlySequenceSegment<byte>
{
    private Segment(ReadOnlyMemory<byte> memory, long index)
    {
        Memory = memory;
        RunningIndex = index;
    }

    public static ReadOnlySequence<byte> Join(IReadOnlyList<byte[]> pieces)
    {
        if (pieces.Count == 0)
            return ReadOnlySequence<byte>.Empty;
        var first = new Segment(pieces[0], 0);
        var last = first;
        foreach (var piece in pieces.Skip(1))
        {
            var next = new Segment(piece, last.RunningIndex + last.Memory.Length);
            last.Next = next;
            last = next;
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }
}

internal static class SequencePieces
{
    public static IEnumerable<byte[]> ToPieces(this ReadOnlySequence<byte> sequence)
    {
        foreach (var memory in sequence)
        {
            if (!memory.IsEmpty)
                yield return memory.ToArray();
        }
    }
}
