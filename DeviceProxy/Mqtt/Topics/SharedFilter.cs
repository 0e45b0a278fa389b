namespace Fog.DeviceProxy.Mqtt.Topics;

/// <summary>A shared subscription's filter (MQTT 5, 4.8.2): of all who use the same one, each message goes to one.</summary>
/// <remarks><code>
/// $share/{name}/{topic filter}
/// </code></remarks>
internal static class SharedFilter
{
    private const string Prefix = "$share/";

    public static bool IsShared(string filter) => filter.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>The topic filter within; null unless there is a name without wildcards and a filter (MQTT-4.8.2-1, -2).</summary>
    public static string? Parse(string filter)
    {
        var rest = filter.AsSpan(Prefix.Length);
        var slash = rest.IndexOf('/');
        return slash > 0 && !rest[..slash].ContainsAny('+', '#') && slash + 1 < rest.Length ? rest[(slash + 1)..].ToString() : null;
    }
}
