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
/// A message that is stored has its packet identifier from then on, and is sent when it is durable.
/// Nothing is sent twice on one connection; <see cref="Restart"/> begins the next one, with everything in
/// flight again, in the order in which it was first sent (MQTT-4.4.0-1, MQTT-4.6.0-1).
/// Not thread-safe: its owner's lock is its own.
/// </remarks>
/// <param name="shared">A bound shared with other flows.</param>
internal sealed class OutboundFlow(QueueLimits limits, ByteBudget? shared = null)
{
    /// <summary>Messages that may wait with a packet identifier each, as stored ones do: of those behind one that is in flight for long, none may get its identifier again.</summary>
    private const int NumberedMax = ushort.MaxValue / 2;

    private readonly Queue<Outgoing> waiting = new();
    private readonly List<Inflight> inflight = [];
    private int resendFrom;
    private ushort lastPacketId;
    private int heldBytes;
    private int expiring;
    private int expired;

    /// <summary>Where what is stored at all is written down; none: everything is in memory only.</summary>
    public MessageLog? Log { get; set; }

    /// <summary>The last <see cref="TryTake"/> found a message that is not durable yet, so that it must not be sent.</summary>
    public bool IsHeld { get; private set; }

    public int Waiting => waiting.Count;

    public int InFlight => inflight.Count;

    /// <summary>How many messages may be in flight: this side's limit, or less if the receiver says so (MQTT 5, receive maximum).</summary>
    public int Window { get; set; } = limits.InflightMax;

    /// <summary>Packet identifiers that the owner uses for something else.</summary>
    public Predicate<ushort>? IdInUse { get; set; }

    /// <summary>Queues a message; false if a limit says to drop it.</summary>
    public bool Enqueue(in Outgoing outgoing)
    {
        var bytes = outgoing.Message.HeldBytes;
        var (messagesMax, bytesMax) = outgoing.Qos == QualityOfService.AtMostOnce
            ? (limits.MessagesMaxForQos0, limits.BytesMaxForQos0)
            : (limits.MessagesMax, limits.BytesMax);
        if (Log is not null && outgoing.Qos != QualityOfService.AtMostOnce)
            messagesMax = Math.Min(messagesMax, NumberedMax);
        if (waiting.Count >= messagesMax || bytes > bytesMax - heldBytes || shared?.TryTake(bytes) == false)
            return false;
        heldBytes += bytes;
        expiring += outgoing.Message.Properties?.ExpiresAt is null ? 0 : 1;
        if (Log is null || outgoing.Qos == QualityOfService.AtMostOnce)
            waiting.Enqueue(outgoing);
        else
            waiting.Enqueue(outgoing with { Kept = Log.Put(outgoing, NextPacketId()) });
        return true;
    }

    /// <summary>Takes up a message that an earlier process left, behind those before; false if a limit says to drop it.</summary>
    /// <param name="wasSent">It may have been.</param>
    public bool Restore(in Outgoing outgoing, bool wasSent, bool isReleasing)
    {
        var kept = outgoing.Kept!;
        var bytes = outgoing.Message.HeldBytes;
        if (waiting.Count + inflight.Count >= Math.Min(limits.MessagesMax, NumberedMax) || bytes > limits.BytesMax - heldBytes || shared?.TryTake(bytes) == false)
            return false;
        heldBytes += bytes;
        lastPacketId = kept.PacketId;
        if (wasSent || isReleasing)
        {
            inflight.Add(new Inflight(outgoing, kept.PacketId) { Releasing = isReleasing });
            return true;
        }

        expiring += outgoing.Message.Properties?.ExpiresAt is null ? 0 : 1;
        waiting.Enqueue(outgoing);
        return true;
    }

    /// <summary>
    /// Takes what to send next; false if nothing is left or the window is full. Order is kept: a message
    /// that the window holds back holds back those behind it. What has waited too long to be of use is left
    /// out (MQTT-3.3.2-5); once sent, it is seen through.
    /// </summary>
    /// <param name="now">On the clock of <see cref="MqttMessageProperties.ExpiresAt"/>.</param>
    public bool TryTake(out Transmission next, TimeSpan now = default)
    {
        IsHeld = false;
        if (resendFrom < inflight.Count)
        {
            if (resendFrom >= Window || MustWait(inflight[resendFrom].Outgoing))
            {
                next = default;
                return false;
            }

            var again = inflight[resendFrom++];
            next = new Transmission(again.Outgoing, again.PacketId, again.Releasing, Duplicate: true);
            return true;
        }

        next = default;
        Outgoing outgoing;
        while (true)
        {
            if (!waiting.TryPeek(out outgoing))
                return false;
            if (expiring == 0 || !IsExpired(outgoing, now))
                break;
            Leave(waiting.Dequeue());
            expired++;
        }

        if (outgoing.Qos == QualityOfService.AtMostOnce)
        {
            Leave(waiting.Dequeue());
            next = new Transmission(outgoing, 0, IsRelease: false, Duplicate: false);
            return true;
        }

        if (inflight.Count >= Window || MustWait(outgoing))
            return false;
        expiring -= waiting.Dequeue().Message.Properties?.ExpiresAt is null ? 0 : 1;
        var packetId = outgoing.Kept?.PacketId ?? NextPacketId();
        if (outgoing.Kept is { } kept)
            Log?.Sent(kept);
        inflight.Add(new Inflight(outgoing, packetId));
        resendFrom = inflight.Count;
        next = new Transmission(outgoing, packetId, IsRelease: false, Duplicate: false);
        return true;
    }

    /// <summary>PUBACK. False if no QoS 1 message of that identifier is in flight.</summary>
    public bool Acknowledge(ushort packetId, MqttReasonCode reason = MqttReasonCode.Success) =>
        Find(packetId) is var i && i >= 0 && inflight[i].Outgoing.Qos == QualityOfService.AtLeastOnce && Finish(i, reason);

    /// <summary>PUBREC: the message must not be sent again (MQTT-4.3.3-1); a PUBREL is due. False if there is none to release.</summary>
    public bool Received(ushort packetId)
    {
        var i = Find(packetId);
        if (i < 0 || inflight[i].Outgoing.Qos != QualityOfService.ExactlyOnce)
            return false;
        if (!inflight[i].Releasing && inflight[i].Outgoing.Kept is { } kept)
            Log?.Release(kept);
        inflight[i].Releasing = true;
        return true;
    }

    /// <summary>
    /// MQTT 5: a PUBREC that refuses, after which nothing more is said about the message (4.3.3); or it was
    /// never sent, being too large for its receiver. False if no such message is in flight.
    /// </summary>
    public bool Abandon(ushort packetId, MqttReasonCode reason) => Find(packetId) is var i && i >= 0 && Finish(i, reason);

    /// <summary>PUBCOMP. False if no PUBREL of that identifier is unanswered.</summary>
    public bool Complete(ushort packetId) =>
        Find(packetId) is var i && i >= 0 && inflight[i].Releasing && Finish(i, MqttReasonCode.Success);

    /// <summary>A new connection: everything unacknowledged is due again.</summary>
    public void Restart() => resendFrom = 0;

    /// <summary>Leaves out what has waited too long. Costs a walk only if something can expire at all.</summary>
    public void DropExpired(TimeSpan now)
    {
        for (var n = expiring == 0 ? 0 : waiting.Count; n > 0; n--)
        {
            var outgoing = waiting.Dequeue();
            if (!IsExpired(outgoing, now))
            {
                waiting.Enqueue(outgoing);
                continue;
            }

            Leave(outgoing);
            expired++;
        }
    }

    /// <summary>When the first of what waits has waited too long; <see cref="TimeSpan.MaxValue"/>: nothing that waits can expire.</summary>
    public TimeSpan NextExpiry => expiring == 0 ? TimeSpan.MaxValue : waiting.Min(static w => w.Message.Properties?.ExpiresAt) ?? TimeSpan.MaxValue;

    /// <summary>Messages left out since the last call.</summary>
    public int TakeExpired()
    {
        var count = expired;
        expired = 0;
        return count;
    }

    /// <summary>
    /// The connection is gone: QoS 0 messages that wait are dropped, for they are promised to nobody who is
    /// away (4.1, non-normative). Returns their number.
    /// </summary>
    public int Suspend()
    {
        var dropped = 0;
        for (var n = waiting.Count; n > 0; n--)
        {
            var outgoing = waiting.Dequeue();
            if (outgoing.Qos != QualityOfService.AtMostOnce)
            {
                waiting.Enqueue(outgoing);
                continue;
            }

            Leave(outgoing);
            dropped++;
        }

        waiting.TrimExcess();
        return dropped;
    }

    /// <summary>What waits and what is in flight is in memory only from here on.</summary>
    public void Forget()
    {
        foreach (var kept in inflight.Select(sent => sent.Outgoing.Kept).Concat(waiting.Select(outgoing => outgoing.Kept)).OfType<Kept>())
            Log?.Remove(kept);
        Log = null;
    }

    /// <summary>The session is over.</summary>
    public void Discard()
    {
        Forget();
        waiting.Clear();
        inflight.Clear();
        resendFrom = 0;
        expiring = 0;
        shared?.Return(heldBytes);
        heldBytes = 0;
    }

    /// <summary>Client: everybody who still waits for a message to be handed over.</summary>
    public IEnumerable<TaskCompletionSource<MqttReasonCode>> Unfinished() =>
        inflight.Select(sent => sent.Outgoing.Done).Concat(waiting.Select(outgoing => outgoing.Done)).OfType<TaskCompletionSource<MqttReasonCode>>();

    /// <summary>An identifier that is not in use (MQTT-2.3.1-2), for this flow or for what else its owner numbers.</summary>
    public ushort NextPacketId()
    {
        do
            lastPacketId = lastPacketId == ushort.MaxValue ? (ushort)1 : (ushort)(lastPacketId + 1);
        while (Find(lastPacketId) >= 0 || IdInUse?.Invoke(lastPacketId) == true);
        return lastPacketId;
    }

    /// <summary>Linear: the window is short, and answers come in order (MQTT-4.6.0-2), so it is the first one.</summary>
    private int Find(ushort packetId)
    {
        for (var i = 0; i < inflight.Count; i++)
        {
            if (inflight[i].PacketId == packetId)
                return i;
        }

        return -1;
    }

    private bool Finish(int index, MqttReasonCode reason)
    {
        var outgoing = inflight[index].Outgoing;
        inflight.RemoveAt(index);
        if (index < resendFrom)
            resendFrom--;
        LetGo(outgoing);
        outgoing.Done?.TrySetResult(reason);
        return true;
    }

    private static bool IsExpired(in Outgoing outgoing, TimeSpan now) => outgoing.Message.Properties?.ExpiresAt <= now;

    /// <summary>It waits no more.</summary>
    private void Leave(in Outgoing outgoing)
    {
        expiring -= outgoing.Message.Properties?.ExpiresAt is null ? 0 : 1;
        LetGo(outgoing);
    }

    private bool MustWait(in Outgoing outgoing) => IsHeld = outgoing.Kept is { } kept && Log?.IsDurable(kept) == false;

    private void LetGo(in Outgoing outgoing)
    {
        if (outgoing.Kept is { } kept)
            Log?.Remove(kept);
        heldBytes -= outgoing.Message.HeldBytes;
        shared?.Return(outgoing.Message.HeldBytes);
    }

    private sealed class Inflight(Outgoing outgoing, ushort packetId)
    {
        public Outgoing Outgoing { get; } = outgoing;

        public ushort PacketId { get; } = packetId;

        /// <summary>PUBREC has come; PUBREL stands for the message from here on.</summary>
        public bool Releasing { get; set; }
    }
}
