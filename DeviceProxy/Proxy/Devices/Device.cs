using Fog.DeviceProxy.Proxy.Sessions;
using Fog.Grains.Interfaces.Ids;

namespace Fog.DeviceProxy.Proxy.Devices;

/// <summary>A device that has, or is about to have, a session here.</summary>
internal sealed class Device
{
    public Device(NodeId node, int pendingSessionsMax)
    {
        Node = node;
        Sessions = new(pendingSessionsMax);
        Place = new(this);
    }

    public NodeId Node { get; }

    /// <summary>Touched in the device's turn only.</summary>
    public DeviceSessions Sessions { get; }

    /// <summary>Values being fetched from it. Touched in the device's turn only.</summary>
    public Dictionary<Digest, Fetch> Fetches { get; } = [];

    /// <summary>Image of the release that it was offered. Touched in the device's turn only.</summary>
    public Digest? UpdateImage { get; set; }

    /// <summary>Another proxy was given a hello of it, and nothing was heard here since: it may be in a session there. Touched in the device's turn only.</summary>
    public bool MayBeElsewhere { get; set; }

    /// <summary>The table's: what waits, in order.</summary>
    public Queue<Work> Queue { get; } = new();

    /// <summary>The table's: a turn is being taken or due.</summary>
    public bool Busy { get; set; }

    /// <summary>The table's: its place in the order of use.</summary>
    public LinkedListNode<Device> Place { get; }
}

/// <summary>A value that the node grain wants, as far as the session that asks for it goes.</summary>
internal sealed class Fetch(long epoch)
{
    public long Epoch { get; } = epoch;

    /// <summary>A chunk came since the last check.</summary>
    public bool Progressed { get; set; } = true;

    /// <summary>Needs repeated since a chunk came.</summary>
    public int Repeats { get; set; }
}
