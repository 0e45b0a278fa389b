using System.IO.Pipelines;
using System.Net.WebSockets;

namespace Fog.DeviceProxy.Mqtt.Broker;

/// <summary>A WebSocket's binary messages as one stream of bytes each way: where one ends says nothing about packets (MQTT-6.0.0-2).</summary>
internal sealed class WebSocketTransport(WebSocket socket) : IDuplexPipe
{
    /// <summary>Bytes that wait in one direction before their source is held up.</summary>
    private const int BufferedBytesMax = 64 * 1024;

    private readonly Pipe incoming = new(Bounded());
    private readonly Pipe outgoing = new(Bounded());

    public PipeReader Input => incoming.Reader;

    public PipeWriter Output => outgoing.Writer;

    /// <summary>Moves bytes until both directions have ended.</summary>
    public Task RunAsync() => Task.WhenAll(ReceiveAsync(), SendAsync());

    private static PipeOptions Bounded() =>
        new(pauseWriterThreshold: BufferedBytesMax, resumeWriterThreshold: BufferedBytesMax / 2, useSynchronizationContext: false);

    private static bool IsTransportFailure(Exception e) =>
        e is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException;

    private async Task ReceiveAsync()
    {
        IOException? failure = null;
        try
        {
            while (await ReceiveNextAsync())
            {
            }
        }
        catch (Exception e) when (IsTransportFailure(e))
        {
            failure = new IOException("The WebSocket has failed.", e);
        }

        await incoming.Writer.CompleteAsync(failure);
    }

    /// <summary>False at the end of what the peer has to say.</summary>
    /// <exception cref="IOException">A text message (MQTT-6.0.0-1).</exception>
    private async ValueTask<bool> ReceiveNextAsync()
    {
        // Of no bytes: an idle connection holds no buffer.
        var arrived = await socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None);
        if (arrived.MessageType == WebSocketMessageType.Text)
            throw new IOException("MQTT comes in binary messages.");
        if (arrived.MessageType == WebSocketMessageType.Close)
            return false;
        if (arrived.EndOfMessage)
            return true; // an empty one
        var received = await socket.ReceiveAsync(incoming.Writer.GetMemory(), CancellationToken.None);
        if (received.MessageType == WebSocketMessageType.Close)
            return false;
        incoming.Writer.Advance(received.Count);
        return !(await incoming.Writer.FlushAsync()).IsCompleted;
    }

    private async Task SendAsync()
    {
        try
        {
            ReadResult read;
            do
            {
                read = await outgoing.Reader.ReadAsync();
                foreach (var piece in read.Buffer)
                    await socket.SendAsync(piece, WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
                outgoing.Reader.AdvanceTo(read.Buffer.End);
            }
            while (!read.IsCompleted);
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        }
        catch (Exception e) when (IsTransportFailure(e))
        {
            // The receiving half meets the same, and tells.
        }

        await outgoing.Reader.CompleteAsync();
    }
}
