using System.Collections.Immutable;
using Fog.Grains.Interfaces.Ids;

namespace Fog.Grains.Interfaces.Nodes;

/// <summary>How a node grain reaches its device while it is awake: the proxy that holds the connection.</summary>
public interface IDeviceLink : IGrainObserver
{
    /// <summary>Sends the messages in order. Dropped when the session of that epoch is over: the mailbox still holds them.</summary>
    [Alias("Deliver")]
    void Deliver(NodeId node, long epoch, ImmutableArray<Downlink> batch);
}
