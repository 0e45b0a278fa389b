using Fog.DeviceProxy.Proxy.Messages;

namespace Fog.DeviceProxy.Proxy.Tests.Messages;

public class EnvelopeTests
{
    [Theory]
    [InlineData(0, Drop.WrongSize)]
    [InlineData(1, Drop.WrongSize)]
    [InlineData(21, Drop.WrongSize)]
    [InlineData(22, Drop.None)]
    [InlineData(4096, Drop.None)]
    [InlineData(4097, Drop.WrongSize)]
    public void A_message_has_22_to_4096_bytes(int size, Drop expected)
    {
        var message = new byte[size];
        if (size > 1)
            (message[0], message[1]) = (1, 2);
        Assert.Equal(expected, Envelope.Read(message, out _));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(255)]
    public void A_version_other_than_1_is_unknown(byte version)
    {
        var message = GoldenCase.Of("keepalive").First().Message;
        message[0] = version;
        Assert.Equal(Drop.UnknownVersion, Envelope.Read(message, out _));
    }

    [Fact]
    public void Only_the_nine_types_of_a_device_are_known()
    {
        var message = GoldenCase.Of("keepalive").First().Message;
        var known = Enumerable.Range(0, 256).Where(type =>
        {
            message[1] = (byte)type;
            return Envelope.Read(message, out _) == Drop.None;
        });
        Assert.Equal(Enumerable.Range(1, 9), known);
    }

    [Theory]
    [MemberData(nameof(MessageCodecs.Files), MemberType = typeof(MessageCodecs))]
    public void The_tag_covers_every_bit(string file)
    {
        var golden = GoldenCase.Of(file).First();
        for (int bit = 0; bit < golden.Message.Length * 8; bit++)
        {
            var message = golden.Message;
            message[bit / 8] ^= (byte)(1 << (bit % 8));
            if (Envelope.Read(message, out var envelope) == Drop.None)
                Assert.False(envelope.IsTaggedWith(golden.Key, golden.Topic), $"bit {bit}");
        }
    }

    [Fact]
    public void The_tag_covers_the_topic_and_belongs_to_one_key()
    {
        var golden = GoldenCase.Of("result").First();
        Assert.Equal(Drop.None, Envelope.Read(golden.Message, out var envelope));
        Assert.False(envelope.IsTaggedWith(golden.Key, "fog/home/n/esp-8/up"));
        Assert.False(envelope.IsTaggedWith(golden.Key, golden.Topic + "x"));
        Assert.False(envelope.IsTaggedWith(golden["deviceKey"], golden.Topic));
        Assert.True(envelope.IsTaggedWith(golden.Key, golden.Topic));
    }
}
