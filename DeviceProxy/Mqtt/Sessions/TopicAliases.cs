namespace Fog.DeviceProxy.Mqtt.Sessions;

/// <summary>The numbers that a sender uses for topics on one connection (MQTT 5, 3.3.2.3.4): the first topics get them, for good.</summary>
internal sealed class TopicAliases(int count)
{
    private readonly Dictionary<string, ushort> aliases = new(StringComparer.Ordinal);

    /// <summary>The topic's alias, and whether the receiver knows it already; 0 if all are taken.</summary>
    public (ushort Alias, bool IsKnown) For(string topic)
    {
        if (aliases.TryGetValue(topic, out var alias))
            return (alias, true);
        if (aliases.Count >= count)
            return (0, false);
        aliases.Add(topic, (ushort)(aliases.Count + 1));
        return ((ushort)aliases.Count, false);
    }
}
