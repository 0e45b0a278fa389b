using System.Collections.Immutable;
using System.Text;
using Fog.DeviceProxy.Mqtt;
using Fog.DeviceProxy.Mqtt.Broker;
using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Nodes;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;

namespace Fog.DeviceProxy.Proxy.Access;

/// <summary>Access rules of a broker for devices: each connects as itself and has its own topics, and a leader its cluster's (docs/protocol.md, "Credentials").</summary>
public sealed partial class DeviceAccess(ImmutableArray<string> sites, Func<IGrainFactory> grains, TimeProvider clock, ProxyLimits limits, ILogger<DeviceAccess> logger) : IMqttAccess
{
    private const int SecretBytes = 32;
    private readonly Lock gate = new();
    private readonly Dictionary<string, NodeId> leaders = new(StringComparer.Ordinal);
    private readonly Dictionary<NodeId, string> led = [];

    /// <summary>When each device was last told of for its rates.</summary>
    private readonly Dictionary<NodeId, DateTimeOffset> told = [];

    /// <summary>The broker that asks; set before the first device comes.</summary>
    public MqttBroker? Broker { get; set; }

    public async ValueTask<MqttAdmission> AdmitAsync(MqttCredentials credentials)
    {
        if (NodeOf(credentials.ClientId) is not { } node || !sites.Contains(node.Site)
            || (credentials.WillTopic is { } will && will != Topics.Will(node)))
            return MqttAdmission.Refuse(ConnectReturnCode.NotAuthorized);
        if (credentials.CertifiedName is { } certified && certified != credentials.ClientId)
            return MqttAdmission.Refuse(ConnectReturnCode.NotAuthorized);
        bool isCertified = credentials is { CertifiedName: not null, Password: null };
        var secret = Secret(credentials.Password);
        if (!isCertified && secret is null || !(credentials.UserName == credentials.ClientId || isCertified && credentials.UserName is null))
            return MqttAdmission.Refuse(ConnectReturnCode.BadUserNameOrPassword);
        try
        {
            var device = grains().GetGrain<INodeGrain>(node.ToString());
            return (isCertified ? await IsEnrolled(device) : await device.Admit(secret!.Value))
                ? MqttAdmission.Accept(credentials.ClientId)
                : MqttAdmission.Refuse(ConnectReturnCode.BadUserNameOrPassword);
        }
        catch (Exception e) when (e is TimeoutException or OrleansException)
        {
            LogUnanswered(node, e);
            return MqttAdmission.Refuse(ConnectReturnCode.ServerUnavailable);
        }
    }

    public bool MayPublish(string identity, string topic) => IsOwn(identity, topic, "/up") || IsOwn(identity, topic, "/will");

    public bool MaySubscribe(string identity, string filter)
    {
        if (IsOwn(identity, filter, "/down"))
            return true;
        lock (gate)
            return leaders.TryGetValue(filter, out var leader) && ClientId(leader) == identity;
    }

    /// <summary>One event a device and <see cref="ProxyLimits.RateEventEvery"/>, however often it comes to this.</summary>
    public void RateExceeded(string identity)
    {
        if (NodeOf(identity) is { } node && IsNews(node))
            _ = Tell(node);
    }

    internal static string ClientId(NodeId node) => $"{node.Site}.{node.Name}";

    /// <summary>A device is about to be told whether it leads: from now on only it has that cluster's leader topic, and it has no other.</summary>
    /// <param name="cluster">Null: it leads none.</param>
    internal void Welcomed(NodeId node, string? cluster)
    {
        NodeId? deposed = null;
        lock (gate)
        {
            if (led.Remove(node, out var former))
                leaders.Remove(former);
            if (cluster is not null)
            {
                string topic = Topics.Leader(node.Site, cluster);
                if (leaders.Remove(topic, out var before))
                {
                    led.Remove(before);
                    deposed = before;
                }

                if (leaders.Count >= limits.DevicesMax)
                {
                    leaders.Clear(); // Each says so again in its next wake.
                    led.Clear();
                }

                leaders[topic] = node;
                led[node] = topic;
            }
        }

        Broker?.Recheck(ClientId(node), ClientId(node));
        if (deposed is { } other)
            Broker?.Recheck(ClientId(other), ClientId(other));
    }

    internal void Expel(NodeId node) => Broker?.Expel(ClientId(node));

    private static async Task<bool> IsEnrolled(INodeGrain device)
    {
        try
        {
            await device.Describe();
            return true;
        }
        catch (FogException e) when (e.Error == FogError.UnknownDevice)
        {
            return false;
        }
    }

    private bool IsNews(NodeId node)
    {
        var now = clock.GetUtcNow();
        lock (gate)
        {
            if (told.TryGetValue(node, out var last) && now - last < limits.RateEventEvery)
                return false;
            if (told.Count >= limits.DevicesMax)
            {
                foreach (var (other, _) in told.Where(t => now - t.Value >= limits.RateEventEvery).ToList())
                    told.Remove(other);
                if (told.Count >= limits.DevicesMax)
                    return false;
            }

            told[node] = now;
            return true;
        }
    }

    private async Task Tell(NodeId node)
    {
        await Task.Yield(); // The broker does not wait for grains.
        try
        {
            await grains().GetGrain<INodeGrain>(node.ToString()).RateExceeded();
        }
#pragma warning disable CA1031 // Whatever a grain's trouble is, the device has been dealt with; an event may be missing.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogUntold(node, e);
        }
    }

    private static NodeId? NodeOf(string clientId) =>
        clientId.Split('.') is [var site, var name] && FogName.IsValid(site) && FogName.IsValid(name) ? new(site, name) : null;

    private static ImmutableArray<byte>? Secret(ReadOnlyMemory<byte>? password)
    {
        if (password is not { Length: 2 * SecretBytes } digits)
            return null;
        var secret = new byte[SecretBytes];
        string text = Encoding.Latin1.GetString(digits.Span);
        return text.All(char.IsAsciiHexDigitLower) && Convert.FromHexString(text, secret, out _, out _) == System.Buffers.OperationStatus.Done ? [.. secret] : null;
    }

    /// <summary>Whether the topic is <c>fog/{site}/n/{node}</c> and the leaf, of the device whose client id this is. Asked for every message.</summary>
    private static bool IsOwn(string identity, ReadOnlySpan<char> topic, ReadOnlySpan<char> leaf)
    {
        int dot = identity.IndexOf('.', StringComparison.Ordinal);
        return dot > 0
            && Skip(ref topic, "fog/") && Skip(ref topic, identity.AsSpan(0, dot))
            && Skip(ref topic, "/n/") && Skip(ref topic, identity.AsSpan(dot + 1))
            && topic.SequenceEqual(leaf);
    }

    private static bool Skip(ref ReadOnlySpan<char> topic, ReadOnlySpan<char> part)
    {
        if (!topic.StartsWith(part, StringComparison.Ordinal))
            return false;
        topic = topic[part.Length..];
        return true;
    }

    [LoggerMessage(LogLevel.Warning, "Device {Node} exceeded its rates, and no event tells of it.")]
    private partial void LogUntold(NodeId node, Exception exception);

    [LoggerMessage(LogLevel.Warning, "Device {Node} is not admitted: its node grain did not answer.")]
    private partial void LogUnanswered(NodeId node, Exception exception);
}
