using System.IO.Pipelines;
using Fog.DeviceProxy.Mqtt.Packets;

namespace Fog.DeviceProxy.Mqtt.Sessions;

internal sealed partial class Exchange
{
    /// <summary>Writes what a peer is owed, answers first, until about <paramref name="bytesMax"/> wait to be flushed.</summary>
    public void Send(Peer peer, PipeWriter output, int bytesMax, TimeSpan now)
    {
        while (output.UnflushedBytes < bytesMax && peer.Replies.TryPeek(out var next))
        {
            var (reply, commit) = next;
            if (commit > Durable)
            {
                awaiting.Add(peer);
                if (reply is ConnAckPacket)
                    return; // the first packet that a client gets (MQTT-3.2.0-1)
                break; // answers keep their order (MQTT-4.6.0-2), but hold up no messages
            }

            peer.Replies.Dequeue();
            if (peer.PacketBytesMax == uint.MaxValue || reply.Bytes(peer.Version) <= peer.PacketBytesMax) // MQTT-3.1.2-24
                reply.Write(output, peer.Version);
        }

        while (output.UnflushedBytes < bytesMax && peer.Session is { } session && session.Outbound.TryTake(out var sent, now))
        {
            if (!sent.TryWrite(output, peer.Version, peer.PacketBytesMax, peer.OutboundAliases, now))
            {
                counters.DroppedTooLarge++; // as if it had been delivered (MQTT-3.1.2-25)
                if (sent.PacketId != 0)
                    session.Outbound.Abandon(sent.PacketId, MqttReasonCode.PacketTooLarge);
            }
            else if (!sent.IsRelease)
            {
                counters.Delivered++;
            }
        }

        AwaitIfHeld(peer);
    }

    /// <summary>The same for an in-process connection: one message, handed over instead of written.</summary>
    public bool TryTake(Peer peer, out Transmission next, TimeSpan now)
    {
        next = default;
        if (peer.Session is not { } session)
            return false;
        if (!session.Outbound.TryTake(out next, now))
        {
            AwaitIfHeld(peer);
            return false;
        }

        if (!next.IsRelease)
            counters.Delivered++;
        return true;
    }

    /// <summary>An in-process handler is done with a message: both acknowledgements of its QoS at once.</summary>
    public bool Acknowledge(Session session, ushort packetId) =>
        session.Outbound.Acknowledge(packetId)
        || (session.Outbound.Received(packetId) && session.Outbound.Complete(packetId));

    private void AwaitIfHeld(Peer peer)
    {
        if (peer.Session?.Outbound.IsHeld == true)
            awaiting.Add(peer);
    }
}
