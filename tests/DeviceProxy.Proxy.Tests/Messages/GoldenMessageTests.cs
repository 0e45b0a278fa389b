using System.Text.Json.Nodes;
using Fog.DeviceProxy.Proxy.Messages;

namespace Fog.DeviceProxy.Proxy.Tests.Messages;

public class GoldenMessageTests
{
    [Fact]
    public void Every_message_has_a_golden_file_and_every_file_a_message() => Assert.Equal(
        MessageCodecs.All.Select(c => c.File).Append("session-key").Order(StringComparer.Ordinal),
        Directory.EnumerateFiles(GoldenCase.Folder, "*.json").Select(f => Path.GetFileNameWithoutExtension(f)!).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(MessageCodecs.Files), MemberType = typeof(MessageCodecs))]
    public void The_type_byte_is_that_of_the_file(string file) =>
        Assert.Equal((int)MessageCodecs.Of(file).Type, (int)GoldenCase.File(file)["type"]!);

    [Theory]
    [MemberData(nameof(GoldenCase.All), MemberType = typeof(GoldenCase))]
    public void The_fields_make_the_golden_bytes(string file, string name)
    {
        var golden = GoldenCase.Of(file, name);
        byte[] message = MessageCodecs.Of(file).Seal(golden.Fields, golden.Sequence, golden.Key, golden.Topic);
        Assert.Equal(Convert.ToHexString(golden.Message), Convert.ToHexString(message));
    }

    [Theory]
    [MemberData(nameof(GoldenCase.All), MemberType = typeof(GoldenCase))]
    public void The_golden_bytes_read_as_the_fields(string file, string name)
    {
        var golden = GoldenCase.Of(file, name);
        var fields = MessageCodecs.Of(file).Read(golden.Body);
        Assert.True(JsonNode.DeepEquals(golden.Fields, fields), $"Read {fields?.ToJsonString() ?? "nothing"}");
    }

    [Theory]
    [MemberData(nameof(GoldenCase.All), MemberType = typeof(GoldenCase))]
    public void The_envelope_of_a_device_message_reads_as_it_says(string file, string name)
    {
        var golden = GoldenCase.Of(file, name);
        var drop = Envelope.Read(golden.Message, out var envelope);
        if ((string)GoldenCase.File(file)["from"]! == "fog")
        {
            Assert.Equal(Drop.UnknownType, drop); // the fog does not listen to itself
            return;
        }

        Assert.Equal(Drop.None, drop);
        Assert.Equal(MessageCodecs.Of(file).Type, envelope.Type);
        Assert.Equal(golden.Sequence, envelope.Sequence);
        Assert.Equal(golden.Body, envelope.Body);
        Assert.True(envelope.IsTaggedWith(golden.Key, golden.Topic));
        Assert.Equal(golden.Topic, Topics.Up(new(golden.Site, golden.Node)));
    }
}
