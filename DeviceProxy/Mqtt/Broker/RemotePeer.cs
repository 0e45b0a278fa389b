using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using Fog.DeviceProxy.Mqtt.Packets;
using Fog.DeviceProxy.Mqtt.Sessions;
using Fog.DeviceProxy.Mqtt.Transport;

namespace Fog.DeviceProxy.Mqtt.Broker;

/// <summary>A network connection to the broker: bytes to packets, packets to the exchange, and back.</summary>
internal sealed class RemotePeer : Peer, IOutputSource
{
    /// <summary>Bytes between two flushes: enough to make system calls rare, few enough not to hold the lock long.</summary>
    private const int PortionBytes = 16 * 1024;

    /// <summary>Packets processed under one lock.</summary>
    private const int BatchMax = 64;

    private readonly MqttBroker broker;
    private readonly IDuplexPipe transport;
    private readonly Action abort;
    private readonly string? certifiedName;
    private readonly OutputPump pump;
    private readonly List<MqttPacket> batch = [];
    private TaskCompletionSource? repliesSent;
    private volatile bool hasClosed;

    public RemotePeer(MqttBroker broker, IDuplexPipe transport, Action abort, string? certifiedName)
    {
        this.certifiedName = certifiedName;
        this.broker = broker;
        this.transport = transport;
        this.abort = abort;
        pump = new OutputPump(transport.Output, this);
    }

    public override void Wake()
    {
        if (Closing is not null)
            transport.Input.CancelPendingRead();
        pump.Wake();
    }

    public override void Abort() => abort();

    /// <summary>Reads until the connection has ended in both directions.</summary>
    public async Task RunAsync()
    {
        try
        {
            await AdmitAsync();
            while (Closing is null)
                await ReceiveAsync();

            // What the peer says from here on is of no interest, only when it has closed too: until then our
            // last answers may be on their way. A peer that never closes is aborted by the exchange.
            while (await transport.Input.ReadAsync() is { IsCompleted: false } read)
                transport.Input.AdvanceTo(read.Buffer.End);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            Close(new MqttClosure(MqttEnd.TransportFailed, Cause: e));
        }

        hasClosed = true;
        pump.Wake();
        await pump.Completed;
        await transport.Input.CompleteAsync();
    }

    public Fill Fill(PipeWriter output)
    {
        var closing = broker.Look((peer: this, output), static (exchange, now, s) => s.peer.Send(exchange, s.output, now));
        return output.UnflushedBytes > 0 ? Transport.Fill.Some : closing ? Transport.Fill.End : Transport.Fill.Nothing;
    }

    public void OutputFailed(Exception? cause) => Close(new MqttClosure(MqttEnd.TransportFailed, Cause: cause));

    /// <summary>The first packet, which must be CONNECT (MQTT-3.1.0-1), and what the access rules say to it.</summary>
    private async ValueTask AdmitAsync()
    {
        while (Closing is null)
        {
            var read = await transport.Input.ReadAsync();
            var buffer = read.Buffer;
            var status = PacketDecoder.TryRead(ref buffer, broker.Limits.ConnectPacketBytesMax, out var packet, out var fault);
            if (status == DecodeStatus.NeedMore)
            {
                transport.Input.AdvanceTo(buffer.Start, buffer.End);
                if (read.IsCompleted)
                    Close(EndOfStream(buffer));
                continue;
            }

            transport.Input.AdvanceTo(buffer.Start);
            if (fault == MqttFault.ProtocolLevelUnsupported)
                Refuse(ConnectReturnCode.UnacceptableProtocolVersion); // MQTT-3.1.2-2
            else if (status == DecodeStatus.Malformed)
                Close(new MqttClosure(MqttEnd.PeerFault, fault));
            else if (packet is not ConnectPacket connect)
                Close(new MqttClosure(MqttEnd.PeerFault, MqttFault.FirstPacketUnexpected));
            else if (!IsConsidered(connect))
                return;
            else if (await broker.Access.AdmitAsync(new MqttCredentials(connect.ClientId, connect.UserName, connect.Password, connect.Will?.Topic, certifiedName)) is var admission
                && admission.ReturnCode != ConnectReturnCode.Accepted)
                Refuse(admission.ReturnCode);
            else
                broker.Do((peer: this, connect, admission.Identity), static (exchange, now, s) => exchange.Connect(s.peer, s.connect, s.Identity, now));
            return;
        }
    }

    private async ValueTask ReceiveAsync()
    {
        var read = await transport.Input.ReadAsync();
        var buffer = read.Buffer;
        var status = DecodeStatus.Decoded;
        var fault = MqttFault.None;
        while (batch.Count < BatchMax && status == DecodeStatus.Decoded)
        {
            status = PacketDecoder.TryRead(ref buffer, broker.Limits.PacketBytesMax, out var packet, out fault, Version);
            if (status == DecodeStatus.Decoded)
                batch.Add(packet!);
        }

        var backlog = Process();
        var examined = status == DecodeStatus.NeedMore ? buffer.End : buffer.Start;
        transport.Input.AdvanceTo(buffer.Start, examined);
        if (status == DecodeStatus.Malformed)
            Close(new MqttClosure(MqttEnd.PeerFault, fault));
        else if (status == DecodeStatus.NeedMore && read.IsCompleted)
            Close(EndOfStream(buffer));
        else if (backlog is not null)
            await Task.WhenAny(backlog, pump.Completed);
    }

    /// <summary>
    /// Hands the batch to the exchange. If the peer does not read its answers, returns what to wait for
    /// before reading any more from it.
    /// </summary>
    private Task? Process()
    {
        if (batch.Count == 0)
            return null;
        broker.Do(this, static (exchange, now, peer) =>
        {
            foreach (var packet in peer.batch)
                exchange.Receive(peer, packet, now);
            if (peer.Replies.Count > peer.broker.Limits.RepliesMax)
                peer.repliesSent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        });
        batch.Clear();
        return repliesSent?.Task;
    }

    private bool Send(Exchange exchange, PipeWriter output, TimeSpan now)
    {
        exchange.Send(this, output, PortionBytes, now);
        if (Replies.Count == 0 && repliesSent is { } waiting)
        {
            repliesSent = null;
            waiting.TrySetResult();
        }

        // Answers that wait for a commit are still sent, unless the peer has closed or is aborted.
        return Closing is not null && (hasClosed || (!IsToCloseFirst && Replies.Count == 0));
    }

    private void Close(MqttClosure closure) =>
        broker.Do((peer: this, closure), static (exchange, now, s) => exchange.Close(s.peer, s.closure, now));

    private bool IsConsidered(ConnectPacket connect)
    {
        var isConsidered = false;
        broker.Do((peer: this, connect), (exchange, now, s) => isConsidered = exchange.Consider(s.peer, s.connect, now));
        return isConsidered;
    }

    private void Refuse(ConnectReturnCode code) =>
        broker.Do((peer: this, code), static (exchange, now, s) => exchange.Refuse(s.peer, s.code, now));

    private static MqttClosure EndOfStream(ReadOnlySequence<byte> rest) => rest.IsEmpty
        ? new MqttClosure(MqttEnd.EndOfStream)
        : new MqttClosure(MqttEnd.PeerFault, MqttFault.PacketCutOff);
}
