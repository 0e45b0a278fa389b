namespace Fog.DeviceProxy.Mqtt.Sessions;

/// <summary>
/// The sending half of a session, on either side: what waits, what is in flight, and what the receiver
/// still owes an answer for (4.3, 4.4, 4.6).
/// </summary>
/// <remarks><code>
/// Enqueue → waiting → TryTake → in flight ── PUBACK (QoS 1) ───────────────→ done
///                        │                 └─ PUBREC → releasing ─ PUBCOMP → done   (QoS 2)
///                        └ QoS 0 ─────────────────────────────────────────→ done
/// </code>
/// Nothing is sent twice on one connection; <see cref="Restart"/> begins the next one, with everything in
/// flight again, in the order in which it was first sent (MQTT-4.4.0-1, MQTT-4.6.0-1).
/// Not thread-safe: its owner's lock is its own.
/// </remarks>
/// <param name="shared">A bound shared with other flows.</param>
/// <param name="idInUse">Packet identifiers that the owner uses for something else.</param>
internal sealed class OutboundFlow(QueueLimits limits, ByteBudget? shared = null, Predicate<ushort>? idInUse = null)
{
    private readonly Queue<Outgoing> waiting = new();
    private readonly List<Inflight> inflight = [];
    private int resendFrom;
    private ushort lastPacketId;
    private int waitingBytes;

    public int Waiting => waiting.Count;

    public int InFlight => inflight.Count;

    /// <summary>Queues a message; false if a limit says to drop it.</summary>
    public bool Enqueue(in Outgoing outgoing)
    {
        var bytes = outgoing.Message.HeldBytes;
        var (messagesMax, bytesMax) = outgoing.Qos == QualityOfService.AtMostOnce
            ? (limits.MessagesMaxForQos0, limits.BytesMaxForQos0)
            : (limits.MessagesMax, limits.BytesMax);
        if (waiting.Count >= messagesMax || bytes > bytesMax - waitingBytes || shared?.TryTake(bytes) == false)
            return false;
        waiting.Enqueue(outgoing);
        waitingBytes += bytes;
        return true;
    }

    /// <summary>
    /// Takes what to send next; false if nothing is left or the window is full. Order is kept: a message
    /// that the window holds back holds back those behind it.
    /// </summary>
    public bool TryTake(out Transmission next)
    {
        if (resendFrom < inflight.Count)
        {
            var again = inflight[resendFrom++];
            next = new Transmission(again.Outgoing, again.PacketId, again.Releasing, Duplicate: true);
            return true;
        }

        next = default;
        if (!waiting.TryPeek(out var outgoing))
            return false;
        if (outgoing.Qos == QualityOfService.AtMostOnce)
        {
            next = new Transmission(Dequeue(), 0, IsRelease: false, Duplicate: false);
            return true;
        }

        if (inflight.Count >= limits.InflightMax)
            return false;
        var sent = new Inflight { Outgoing = Dequeue(), PacketId = NextPacketId() };
        inflight.Add(sent);
        resendFrom = inflight.Count;
        next = new Transmission(outgoing, sent.PacketId, IsRelease: false, Duplicate: false);
        return true;
    }

    /// <summary>PUBACK. False if no QoS 1 message of that identifier is in flight.</summary>
    public bool Acknowledge(ushort packetId) =>
        Find(packetId) is var i && i >= 0 && inflight[i].Outgoing.Qos == QualityOfService.AtLeastOnce && Remove(i);

    /// <summary>PUBREC: the message must not be sent again (MQTT-4.3.3-1); a PUBREL is due. False if there is none to release.</summary>
    public bool Received(ushort packetId)
    {
        var i = Find(packetId);
        if (i < 0 || inflight[i].Outgoing.Qos != QualityOfService.ExactlyOnce)
            return false;
        inflight[i].Releasing = true;
        return true;
    }

    /// <summary>PUBCOMP. False if no PUBREL of that identifier is unanswered.</summary>
    public bool Complete(ushort packetId) =>
        Find(packetId) is var i && i >= 0 && inflight[i].Releasing && Remove(i);

    /// <summary>A new connection: everything unacknowledged is due again.</summary>
    public void Restart() => resendFrom = 0;

    /// <summary>
    /// The connection is gone: QoS 0 messages that wait are dropped, for they are promised to nobody who is
    /// away (4.1, non-normative). Returns their number.
    /// </summary>
    public int Suspend()
    {
        var dropped = 0;
        for (var n = waiting.Count; n > 0; n--)
        {
            var outgoing = Dequeue();
            if (outgoing.Qos == QualityOfService.AtMostOnce)
            {
                dropped++;
                continue;
            }

            waiting.Enqueue(outgoing);
            waitingBytes += outgoing.Message.HeldBytes;
            _ = shared?.TryTake(outgoing.Message.HeldBytes);
        }

        waiting.TrimExcess();
        return dropped;
    }

    /// <summary>The session is over.</summary>
    public void Discard()
    {
        while (waiting.Count > 0)
            Dequeue();
        inflight.Clear();
        resendFrom = 0;
    }

    /// <summary>Client: everybody who still waits for a message to be handed over.</summary>
    public IEnumerable<TaskCompletionSource> Unfinished() =>
        inflight.Select(sent => sent.Outgoing.Done).Concat(waiting.Select(outgoing => outgoing.Done)).OfType<TaskCompletionSource>();

    /// <summary>An identifier that is not in use (MQTT-2.3.1-2), for this flow or for what else its owner numbers.</summary>
    public ushort NextPacketId()
    {
        do
            lastPacketId = lastPacketId == ushort.MaxValue ? (ushort)1 : (ushort)(lastPacketId + 1);
        while (Find(lastPacketId) >= 0 || idInUse?.Invoke(lastPacketId) == true);
        return lastPacketId;
    }

    private Outgoing Dequeue()
    {
        var outgoing = waiting.Dequeue();
        waitingBytes -= outgoing.Message.HeldBytes;
        shared?.Return(outgoing.Message.HeldBytes);
        return outgoing;
    }

    /// <summary>Linear: the window is short, and answers come in order (MQTT-4.6.0-2), so it is the first one.</summary>
    private int Find(ushort packetId) => inflight.FindIndex(sent => sent.PacketId == packetId);

    private bool Remove(int index)
    {
        inflight[index].Outgoing.Done?.TrySetResult();
        inflight.RemoveAt(index);
        if (index < resendFrom)
            resendFrom--;
        return true;
    }

    private sealed class Inflight
    {
        public required Outgoing Outgoing { get; init; }

        public required ushort PacketId { get; init; }

        /// <summary>PUBREC has come; PUBREL stands for the message from here on.</summary>
        public bool Releasing { get; set; }
    }
}
