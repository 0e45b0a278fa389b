using Fog.Grains.Interfaces.Ids;

namespace Fog.DeviceProxy.Proxy;

/// <summary>The topics of the device protocol (docs/protocol.md).</summary>
internal static class Topics
{
    public static string Up(NodeId node) => $"fog/{node.Site}/n/{node.Name}/up";

    public static string Down(NodeId node) => $"fog/{node.Site}/n/{node.Name}/down";

    public static string Will(NodeId node) => $"fog/{node.Site}/n/{node.Name}/will";

    public static string Leader(string site, string cluster) => $"fog/{site}/c/{cluster}/leader";

    public static string UpOfAll(string site) => $"fog/{site}/n/+/up";

    /// <summary>The same among the proxies that share a broker: each message comes to one of them.</summary>
    public static string UpOfAllShared(string site) => $"$share/fog/{UpOfAll(site)}";

    public static string WillOfAll(string site) => $"fog/{site}/n/+/will";

    /// <summary>Recognises a device's <c>up</c> or <c>will</c> topic.</summary>
    public static bool TryParse(string topic, out NodeId node, out bool isWill)
    {
        isWill = topic.EndsWith("/will", StringComparison.Ordinal);
        if (topic.Split('/') is ["fog", var site, "n", var name, "up" or "will"] && FogName.IsValid(site) && FogName.IsValid(name))
        {
            node = new(site, name);
            return true;
        }

        node = default;
        return false;
    }
}
