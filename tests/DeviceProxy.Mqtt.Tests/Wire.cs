using System.Buffers;
using System.IO.Pipelines;
using Fog.DeviceProxy.Mqtt.Packets;

namespace Fog.DeviceProxy.Mqtt.Tests;

/// <summary>
/// One end of a connection in memory, handled packet by packet or byte by byte; the other end is whatever
/// is being tested.
/// </summary>
internal sealed class Wire
{
    private readonly IDuplexPipe mine;

    /// <param name="pauseBytes">How much may be on its way in each direction.</param>
    public Wire(int pauseBytes = 65_536)
    {
        var options = new PipeOptions(pauseWriterThreshold: pauseBytes, resumeWriterThreshold: pauseBytes / 2, useSynchronizationContext: false);
        var there = new Pipe(options);
        var back = new Pipe(options);
        mine = new Duplex(back.Reader, there.Writer);
        Theirs = new Duplex(there.Reader, back.Writer);
        Abort = () =>
        {
            Aborted = true;
            var reset = new IOException("The connection was aborted.");
            there.Writer.Complete(reset);
            back.Reader.Complete(reset);
            there.Reader.CancelPendingRead();
            back.Writer.CancelPendingFlush();
        };
    }

    /// <summary>The end for what is being tested.</summary>
    public IDuplexPipe Theirs { get; }

    /// <summary>Drops the connection, from either side.</summary>
    public Action Abort { get; }

    public bool Aborted { get; private set; }

    /// <summary>What both sides speak.</summary>
    public MqttVersion Version { get; init; } = MqttVersion.V311;

    public async Task SendAsync(params MqttPacket[] packets)
    {
        foreach (var packet in packets)
            packet.Write(mine.Output, Version);
        await mine.Output.FlushAsync();
    }

    public async Task SendAsync(string hex) => await mine.Output.WriteAsync(Convert.FromHexString(hex.Replace(" ", "")));

    /// <summary>Sends without waiting for the other side to take it.</summary>
    public Task SendAllAsync(IEnumerable<MqttPacket> packets)
    {
        foreach (var packet in packets)
            packet.Write(mine.Output);
        return mine.Output.FlushAsync().AsTask();
    }

    public void EndOfStream() => mine.Output.Complete();

    /// <summary>The next packet, which must be of this kind.</summary>
    public async Task<T> ReceiveAsync<T>() where T : MqttPacket
    {
        while (true)
        {
            var read = await Patience.Await(mine.Input.ReadAsync().AsTask(), typeof(T).Name);
            var buffer = read.Buffer;
            var status = PacketDecoder.TryRead(ref buffer, int.MaxValue, out var packet, out var fault, Version);
            Assert.Equal(MqttFault.None, fault);
            mine.Input.AdvanceTo(buffer.Start, status == DecodeStatus.NeedMore ? buffer.End : buffer.Start);
            if (status == DecodeStatus.Decoded)
                return Assert.IsType<T>(packet);
            Assert.False(read.IsCompleted, $"The connection was closed; {typeof(T).Name} was expected.");
        }
    }

    /// <summary>Waits until the other side has closed, without having sent anything more.</summary>
    public async Task ReceiveEndAsync()
    {
        try
        {
            var read = await Patience.Await(mine.Input.ReadAsync().AsTask(), "end of the connection");
            Assert.Equal("", Convert.ToHexString(read.Buffer.ToArray()));
            Assert.True(read.IsCompleted);
            mine.Input.AdvanceTo(read.Buffer.End);
        }
        catch (Exception e) when (e is IOException or InvalidOperationException && Aborted)
        {
            // An abort is an end too.
        }

        mine.Output.Complete();
    }

    /// <summary>Introduces itself to a broker.</summary>
    public async Task<ConnAckPacket> ConnectAsync(string clientId, bool clean = true, ushort keepAlive = 0)
    {
        await SendAsync(new ConnectPacket(clientId, clean, keepAlive));
        return await ReceiveAsync<ConnAckPacket>();
    }

    /// <summary>Welcomes a client.</summary>
    public async Task<ConnectPacket> AcceptAsync(bool sessionPresent = false)
    {
        var connect = await ReceiveAsync<ConnectPacket>();
        await SendAsync(new ConnAckPacket(sessionPresent, ConnectReturnCode.Accepted));
        return connect;
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
