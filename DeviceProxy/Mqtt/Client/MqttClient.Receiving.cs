using System.Net.Sockets;
using Fog.DeviceProxy.Mqtt.Packets;

namespace Fog.DeviceProxy.Mqtt.Client;

public sealed partial class MqttClient
{
    private readonly Queue<PublishPacket> received = new();
    private int receivedBytes;
    private bool isAccepted;
    private bool isDispatching;
    private ITimer? keepAliveTimer;

    private async Task RunAsync()
    {
        try
        {
            while (closing is null)
                await ReceiveAsync();

            // After DISCONNECT it is the broker that closes; until it has, DISCONNECT may be on its way.
            await pump.Completed;
            transport.FinishSending();
            while (await transport.Input.ReadAsync() is { IsCompleted: false } read)
                transport.Input.AdvanceTo(read.Buffer.End);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            Close(new MqttClosure(MqttEnd.TransportFailed, Cause: e));
        }

        await pump.Completed;
        await transport.Input.CompleteAsync();
        transport.Release();
        keepAliveTimer?.Dispose();
        closeTimer?.Dispose();
        closed.TrySetResult(closing!);
    }

    private async ValueTask ReceiveAsync()
    {
        var read = await transport.Input.ReadAsync();
        var buffer = read.Buffer;
        DecodeStatus status;
        MqttFault fault;
        MqttClosure? end = null;
        lock (gate)
        {
            heardSinceTick = true;
            do
            {
                status = PacketDecoder.TryRead(ref buffer, options.Limits.PacketBytesMax, out var packet, out fault, options.Version);
                if (status == DecodeStatus.Decoded)
                    end = Receive(packet!);
            }
            while (status == DecodeStatus.Decoded && end is null && closing is null);
        }

        transport.Input.AdvanceTo(buffer.Start, buffer.End);
        if (status == DecodeStatus.Malformed)
            end = new MqttClosure(MqttEnd.PeerFault, fault);
        else if (end is null && read.IsCompleted)
            end = buffer.IsEmpty ? new MqttClosure(MqttEnd.EndOfStream) : new MqttClosure(MqttEnd.PeerFault, MqttFault.PacketCutOff);
        if (end is not null)
            Close(end);
        pump.Wake();
        if (StartDispatching())
            _ = DispatchAsync();
    }

    /// <summary>Does what one packet says; returns why to end the connection, if it is a reason to.</summary>
    private MqttClosure? Receive(MqttPacket packet)
    {
        if (packet is ConnAckPacket answer)
            return ReceiveConnAck(answer);
        if (!isAccepted)
            return new MqttClosure(MqttEnd.PeerFault, MqttFault.FirstPacketUnexpected); // MQTT-3.2.0-1
        switch (packet)
        {
            case PublishPacket publish:
                return ReceivePublish(publish);
            case PubAckPacket acknowledged:
                outbound.Acknowledge(acknowledged.PacketId, acknowledged.Reason);
                return null;
            case PubRecPacket { Reason: >= MqttReasonCode.UnspecifiedError } refused:
                outbound.Abandon(refused.PacketId, refused.Reason);
                return null;
            case PubRecPacket(var id):
                outbound.Received(id);
                control.Enqueue(new PubRelPacket(id));
                return null;
            case PubRelPacket(var id):
                control.Enqueue(new PubCompPacket(id)
                {
                    Reason = session.Inbound.Release(id) ? MqttReasonCode.Success : MqttReasonCode.PacketIdentifierNotFound,
                });
                return null;
            case PubCompPacket(var id):
                outbound.Complete(id);
                return null;
            case SubAckPacket(var id, var codes):
                return ReceiveSubAck(id, codes);
            case UnsubAckPacket(var id):
                if (!requests.Remove(id, out var request) || request.Filter is not null)
                    return new MqttClosure(MqttEnd.PeerFault, MqttFault.AnswerMismatch);
                request.Answer.TrySetResult(default);
                return null;
            case DisconnectPacket(var reason) when options.Version == MqttVersion.V5:
                return new MqttClosure(MqttEnd.Disconnected) { Reason = reason };
            case PingRespPacket:
                pingUnanswered = false;
                return null;
            default:
                return new MqttClosure(MqttEnd.PeerFault, MqttFault.WrongDirection);
        }
    }

    private MqttClosure? ReceiveConnAck(ConnAckPacket answer)
    {
        if (isAccepted)
            return new MqttClosure(MqttEnd.PeerFault, MqttFault.ConnectRepeated);
        if (answer.SessionPresent && (options.CleanSession || options.CleanStart))
            return new MqttClosure(MqttEnd.PeerFault, MqttFault.SessionPresentInvalid); // MQTT-3.2.2-1
        SessionPresent = answer.SessionPresent;
        if (answer.ReturnCode != ConnectReturnCode.Accepted)
        {
            connected.TrySetResult(answer);
            return new MqttClosure(MqttEnd.Refused);
        }

        isAccepted = true;
        if (!answer.SessionPresent)
            session.Inbound.Clear();
        Agree(answer.Properties);
        if (keepAlive > TimeSpan.Zero)
            keepAliveTimer = clock.CreateTimer(static c => ((MqttClient)c!).Tick(), this, keepAlive / TicksPerKeepAlive, keepAlive / TicksPerKeepAlive);
        connected.TrySetResult(answer); // last: whoever waits for it may move the clock
        return null;
    }

    private MqttClosure? ReceivePublish(PublishPacket packet)
    {
        if (packet.TopicAlias != 0)
        {
            if (ResolveAlias(packet) is not { } topic)
                return new MqttClosure(MqttEnd.PeerFault, MqttFault.TopicAliasInvalid);
            packet = packet with { Message = packet.Message with { Topic = topic } };
        }

        var message = packet.Message;
        if (message.Qos == QualityOfService.ExactlyOnce && !session.Inbound.Add(packet.PacketId))
        {
            control.Enqueue(new PubRecPacket(packet.PacketId)); // a repetition (4.3.3)
            return null;
        }

        if (received.Count >= options.Limits.ReceivedMessagesMax || receivedBytes + message.HeldBytes > options.Limits.ReceivedBytesMax)
        {
            if (message.Qos != QualityOfService.AtMostOnce)
                return new MqttClosure(MqttEnd.ReceiveQueueFull); // not acknowledged: a persistent session will see it again
            MessagesDropped++;
            return null;
        }

        received.Enqueue(packet);
        receivedBytes += message.HeldBytes;
        return null;
    }

    private MqttClosure? ReceiveSubAck(ushort id, IReadOnlyList<byte> codes)
    {
        if (!requests.Remove(id, out var request) || request.Filter is null || codes.Count != 1)
        {
            request?.Answer.TrySetException(MqttException.Ended(new MqttClosure(MqttEnd.PeerFault, MqttFault.AnswerMismatch)));
            return new MqttClosure(MqttEnd.PeerFault, MqttFault.AnswerMismatch);
        }

        if (codes[0] >= SubAckPacket.Refused)
            request.Answer.TrySetException(MqttException.SubscribeRefused(request.Filter, (MqttReasonCode)codes[0]));
        else
            request.Answer.TrySetResult((QualityOfService)codes[0]);
        return null;
    }

    private bool StartDispatching()
    {
        lock (gate)
        {
            if (isDispatching || received.Count == 0)
                return false;
            return isDispatching = true;
        }
    }

    /// <summary>Calls the handler for message after message until none waits. Reading goes on meanwhile, so a handler may await answers.</summary>
    private async Task DispatchAsync()
    {
        while (NextReceived() is { } packet)
        {
            try
            {
                var handling = handler(packet.Message);
                if (!handling.IsCompletedSuccessfully)
                    pump.Wake(); // acknowledgements of those before should not wait for this one
                await handling;
            }
#pragma warning disable CA1031 // The handler is the user's: whatever it throws ends this connection, by name.
            catch (Exception e)
#pragma warning restore CA1031
            {
                Close(new MqttClosure(MqttEnd.HandlerFailed, Cause: e));
                return;
            }

            Acknowledge(packet);
        }

        pump.Wake();
    }

    private PublishPacket? NextReceived()
    {
        lock (gate)
        {
            isDispatching = received.TryDequeue(out var packet);
            receivedBytes -= packet?.Message.HeldBytes ?? 0;
            return packet;
        }
    }

    private void Acknowledge(PublishPacket packet)
    {
        lock (gate)
        {
            if (closing is not null)
                return;
            if (packet.Message.Qos == QualityOfService.AtLeastOnce)
                control.Enqueue(new PubAckPacket(packet.PacketId));
            else if (packet.Message.Qos == QualityOfService.ExactlyOnce)
                control.Enqueue(new PubRecPacket(packet.PacketId));
        }
    }
}
