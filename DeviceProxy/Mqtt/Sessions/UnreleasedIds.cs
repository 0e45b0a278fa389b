namespace Fog.DeviceProxy.Mqtt.Sessions;

/// <summary>
/// The receiving half of QoS 2 (4.3.3, method B): the identifiers of messages already passed on, which the
/// sender may still repeat until its PUBREL.
/// </summary>
/// <remarks>One bit per possible identifier, allocated at the first: 8 KB, whatever the peer sends.</remarks>
internal sealed class UnreleasedIds
{
    private ulong[]? bits;

    /// <summary>How many identifiers are known.</summary>
    public int Count { get; private set; }

    /// <summary>False if the identifier is known already: the message is a repetition (MQTT-4.3.3-2).</summary>
    public bool Add(ushort packetId)
    {
        bits ??= new ulong[(ushort.MaxValue + 1) / 64];
        ref var word = ref bits[packetId / 64];
        var bit = 1UL << (packetId % 64);
        var isNew = (word & bit) == 0;
        word |= bit;
        Count += isNew ? 1 : 0;
        return isNew;
    }

    /// <summary>The sender knows of no session: whatever it numbers from here on is new.</summary>
    public void Clear()
    {
        bits = null;
        Count = 0;
    }

    public bool Contains(ushort packetId) => bits is not null && (bits[packetId / 64] & 1UL << (packetId % 64)) != 0;

    public IEnumerable<ushort> All()
    {
        for (var id = 0; Count > 0 && id <= ushort.MaxValue; id++)
        {
            if (Contains((ushort)id))
                yield return (ushort)id;
        }
    }

    /// <summary>False if the identifier was not known.</summary>
    public bool Release(ushort packetId)
    {
        if (!Contains(packetId))
            return false;
        bits![packetId / 64] &= ~(1UL << (packetId % 64));
        Count--;
        return true;
    }
}
