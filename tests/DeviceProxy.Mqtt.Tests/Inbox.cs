using System.Text;
using System.Threading.Channels;

namespace Fog.DeviceProxy.Mqtt.Tests;

/// <summary>A message handler that keeps what it is given, for a test to wait for.</summary>
internal sealed class Inbox
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly Channel<MqttMessage> messages = Channel.CreateUnbounded<MqttMessage>();

    public ValueTask ReceiveAsync(MqttMessage message) => messages.Writer.WriteAsync(message);

    /// <summary>The next message, which must be on this topic.</summary>
    public async Task<MqttMessage> NextAsync(string topic)
    {
        var next = messages.Reader.ReadAsync().AsTask();
        if (await Task.WhenAny(next, Task.Delay(Patience)) != next)
            throw new TimeoutException($"No message on '{topic}' came within {Patience}.");
        var message = await next;
        Assert.Equal(topic, message.Topic);
        return message;
    }

    public async Task<string> NextTextAsync(string topic) => Encoding.UTF8.GetString((await NextAsync(topic)).Payload.Span);

    /// <summary>Nothing has come; meaningful only after something later has.</summary>
    public void AssertEmpty() => Assert.False(messages.Reader.TryPeek(out var message), $"Unexpected message on '{message?.Topic}'.");
}
