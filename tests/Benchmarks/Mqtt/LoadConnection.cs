using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Fog.Benchmarks.Mqtt;

/// <summary>
/// A client that costs as little as possible: bytes made beforehand, packets told apart and counted, QoS 1
/// acknowledged. Both brokers get the same one, so that the difference is theirs.
/// </summary>
internal sealed class LoadConnection : IDisposable
{
    private readonly Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] buffer;
    private byte[] acknowledgements = [];
    private int buffered;

    private LoadConnection(int bufferBytes) => buffer = new byte[bufferBytes];

    /// <summary>Called after each read with the messages and the acknowledgements in it.</summary>
    public Action<int, int> Received { get; set; } = (_, _) => { };

    public static async Task<LoadConnection> OpenAsync(EndPoint endPoint, string clientId, int bufferBytes = 4096)
    {
        var connection = new LoadConnection(bufferBytes);
        await connection.socket.ConnectAsync(endPoint);
        var id = Encoding.ASCII.GetBytes(clientId);
        await connection.AskAsync([0x10, (byte)(12 + id.Length), 0, 4, .. "MQTT"u8, 4, 2, 0, 0, 0, (byte)id.Length, .. id], answerBytes: 4);
        return connection;
    }

    public Task SubscribeAsync(string filter, int qos)
    {
        var name = Encoding.ASCII.GetBytes(filter);
        return AskAsync([0x82, (byte)(5 + name.Length), 0, 1, 0, (byte)name.Length, .. name, (byte)qos], answerBytes: 5);
    }

    /// <summary>A PUBLISH of this payload; of QoS 1 all with the same identifier, which is free again when the window says so.</summary>
    public static byte[] Publish(string topic, int qos, int payloadBytes, int packetId = 1)
    {
        var name = Encoding.ASCII.GetBytes(topic);
        byte[] head = qos == 0 ? [0, (byte)name.Length, .. name] : [0, (byte)name.Length, .. name, (byte)(packetId >> 8), (byte)packetId];
        return [(byte)(0x30 | qos << 1), (byte)(head.Length + payloadBytes), .. head, .. new byte[payloadBytes]];
    }

    public void Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[socket.Send(bytes)..];
    }

    /// <summary>Reads until the connection is disposed of.</summary>
    public async Task ReceiveAsync()
    {
        try
        {
            while (await socket.ReceiveAsync(buffer.AsMemory(buffered), SocketFlags.None) is var read and > 0)
            {
                buffered += read;
                Take();
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The end of the row.
        }
    }

    public void Dispose() => socket.Dispose();

    private void Take()
    {
        int at = 0, messages = 0, acknowledged = 0, owed = 0;
        while (buffered - at >= 2)
        {
            var bytes = 2 + buffer[at + 1];
            if (bytes >= 130)
                throw new InvalidOperationException("The benchmark's packets have one byte of length.");
            if (buffered - at < bytes)
                break;
            var first = buffer[at];
            if (first >> 4 == 4)
                acknowledged++;
            if (first >> 4 == 3)
            {
                messages++;
                if ((first & 2) != 0)
                    Owe(ref owed, at + 4 + BinaryPrimitives.ReadUInt16BigEndian(buffer.AsSpan(at + 2)));
            }

            at += bytes;
        }

        buffer.AsSpan(at, buffered - at).CopyTo(buffer);
        buffered -= at;
        if (owed > 0)
            Send(acknowledgements.AsSpan(0, owed));
        Received(messages, acknowledged);
    }

    /// <summary>Adds a PUBACK for the identifier that stands there.</summary>
    private void Owe(ref int owed, int at)
    {
        if (owed + 4 > acknowledgements.Length)
            Array.Resize(ref acknowledgements, Math.Max(64, acknowledgements.Length * 2));
        acknowledgements[owed] = 0x40;
        acknowledgements[owed + 1] = 2;
        buffer.AsSpan(at, 2).CopyTo(acknowledgements.AsSpan(owed + 2));
        owed += 4;
    }

    private async Task AskAsync(byte[] packet, int answerBytes)
    {
        await socket.SendAsync(packet);
        for (var got = 0; got < answerBytes;)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(0, answerBytes - got));
            if (read == 0)
                throw new InvalidOperationException("The broker closed the connection.");
            got += read;
        }
    }
}
