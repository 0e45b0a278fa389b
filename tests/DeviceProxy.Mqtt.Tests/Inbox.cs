using System.Text;
using System.Threading.Channels;

namespace Fog.DeviceProxy.Mqtt.Tests;

/// <summary>A message handler that keeps what it is given, for a test to wait for.</summary>
internal sealed class Inbox
{
    private readonly Channel<MqttMessage> messages = Channel.CreateUnbounded<MqttMessage>();

    public ValueTask ReceiveAsync(MqttMessage message) => messages.Writer.WriteAsync(message);

    /// <summary>The next message, which must be on this topic.</summary>
    public async Task<MqttMessage> NextAsync(string topic)
    {
        var message = await AnyAsync($"a message on {topic}");
        Assert.Equal(topic, message.Topic);
        return message;
    }

    public Task<MqttMessage> AnyAsync(string what) => Patience.Await(messages.Reader.ReadAsync().AsTask(), what);

    public async Task<string> NextTextAsync(string topic) => Encoding.UTF8.GetString((await NextAsync(topic)).Payload.Span);

    /// <summary>Nothing has come; meaningful only after something later has.</summary>
    public void AssertEmpty() => Assert.False(messages.Reader.TryPeek(out var message), $"Unexpected message on '{message?.Topic}'.");
}
