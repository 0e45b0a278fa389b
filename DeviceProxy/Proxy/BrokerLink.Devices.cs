using Fog.DeviceProxy.Mqtt;
using Fog.DeviceProxy.Proxy.Devices;
using Fog.Grains.Interfaces.Ids;
using Microsoft.Extensions.Logging;

namespace Fog.DeviceProxy.Proxy;

/// <summary>At a broker that proxies share: which devices are heard, those whose sessions are here.</summary>
internal sealed partial class BrokerLink
{
    /// <summary>Devices subscribed to at once when a connection is new. Origin: twice as many requests stay far below what any broker takes in one go.</summary>
    private const int SubscribedAtOnce = 64;

    /// <summary>Orders requests, too: the broker gets them as they were made.</summary>
    private readonly Lock gate = new();
    private readonly Dictionary<NodeId, Device> heard = [];

    /// <summary>Left while there was no connection to say so.</summary>
    private readonly HashSet<NodeId> abandoned = [];

    /// <summary>Hears what a device says from now on; completes when the broker has granted it. At a broker of this proxy alone, it always does.</summary>
    /// <returns>False: not now.</returns>
    public async Task<bool> Listen(Device device)
    {
        if (!IsShared)
            return true;
        Task granted;
        lock (gate)
        {
            heard[device.Node] = device;
            abandoned.Remove(device.Node);
            if (connection is not { } current)
                return false;
            granted = Subscribe(current, device.Node, CancellationToken.None);
        }

        try
        {
            await granted;
            return true;
        }
        catch (MqttException e)
        {
            LogUnheard(device.Node, e.Message);
            return false;
        }
    }

    /// <summary>Hears it no more, unless the same node is heard as another device since.</summary>
    public void Leave(Device device)
    {
        lock (gate)
        {
            if (heard.GetValueOrDefault(device.Node) != device)
                return;
            heard.Remove(device.Node);
            if (connection is { } current)
                _ = Unsubscribe(current, device.Node);
            else
                abandoned.Add(device.Node);
        }
    }

    private async Task ListenAgain(IMqttConnection connected, CancellationToken stopping)
    {
        NodeId[] known, unknown;
        lock (gate)
        {
            known = [.. heard.Keys];
            unknown = connected.SessionPresent ? [.. abandoned] : [];
            abandoned.Clear();
            foreach (var node in unknown)
                _ = Unsubscribe(connected, node);
        }

        foreach (var nodes in known.Chunk(SubscribedAtOnce))
        {
            var granted = new List<Task>(nodes.Length);
            lock (gate)
                granted.AddRange(nodes.Where(heard.ContainsKey).Select(node => Subscribe(connected, node, stopping)));
            await Task.WhenAll(granted);
        }
    }

    private static Task Subscribe(IMqttConnection connected, NodeId node, CancellationToken stopping) => Task.WhenAll(
        connected.SubscribeAsync(Topics.Up(node), QualityOfService.AtLeastOnce, stopping),
        connected.SubscribeAsync(Topics.Will(node), QualityOfService.AtLeastOnce, stopping));

    private async Task Unsubscribe(IMqttConnection connected, NodeId node)
    {
        try
        {
            await Task.WhenAll(connected.UnsubscribeAsync(Topics.Up(node)), connected.UnsubscribeAsync(Topics.Will(node)));
        }
        catch (MqttException)
        {
            lock (gate)
            {
                if (!heard.ContainsKey(node))
                    abandoned.Add(node);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Device {Node} cannot be heard: {Reason}")]
    private partial void LogUnheard(NodeId node, string reason);
}
