using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Fog.DeviceProxy.Proxy.Messages;

namespace Fog.DeviceProxy.Proxy.Tests.Messages;

/// <summary>One message's codec, seen through the fields of its golden file.</summary>
internal abstract class MessageCodec(string file, MessageType type)
{
    /// <summary>Name of its golden file.</summary>
    public string File { get; } = file;

    public MessageType Type { get; } = type;

    /// <summary>The fields of a body; null when it is malformed.</summary>
    public abstract JsonObject? Read(ReadOnlySpan<byte> body);

    public abstract byte[] Write(JsonObject fields);

    /// <summary>The body, read and written again; null when it is malformed.</summary>
    public abstract byte[]? Rewrite(ReadOnlySpan<byte> body);

    public abstract byte[] Seal(JsonObject fields, uint sequence, byte[] key, string topic);

    /// <summary>Any message that may be sent can be read, and is the same then.</summary>
    public abstract void RoundTrips();

    public override string ToString() => File;
}

internal delegate T? BodyRead<T>(ReadOnlySpan<byte> body);

internal sealed class MessageCodec<T>(
    string file,
    MessageType type,
    BodyRead<T> read,
    BodyWrite<T> write,
    Func<JsonObject, T> fromFields,
    Func<T, JsonObject> toFields,
    Gen<T> any) : MessageCodec(file, type)
    where T : class
{
    public override JsonObject? Read(ReadOnlySpan<byte> body) => read(body) is { } content ? toFields(content) : null;

    public override byte[] Write(JsonObject fields) => Write(fromFields(fields));

    public override byte[]? Rewrite(ReadOnlySpan<byte> body) => read(body) is { } content ? Write(content) : null;

    public override byte[] Seal(JsonObject fields, uint sequence, byte[] key, string topic) =>
        Envelope.Seal(Type, sequence, fromFields(fields), write, key, topic);

    public override void RoundTrips() => Prop.ForAll(any.ToArbitrary(), content =>
    {
        var fields = toFields(content);
        return JsonNode.DeepEquals(fields, Read(Write(content))) && JsonNode.DeepEquals(fields, toFields(fromFields(fields)));
    }).QuickCheckThrowOnFailure();

    private byte[] Write(T content)
    {
        var buffer = new byte[ProtocolLimits.MessageBytesMax];
        var body = new BodyWriter(buffer);
        write(ref body, content);
        return buffer[..body.Length];
    }
}
