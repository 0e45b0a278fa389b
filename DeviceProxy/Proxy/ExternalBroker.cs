using System.Net.Security;
using System.Text;
using Fog.DeviceProxy.Mqtt;
using Fog.DeviceProxy.Mqtt.Client;

namespace Fog.DeviceProxy.Proxy;

/// <summary>Connections to somebody else's broker, over our own client and MQTT 5.</summary>
public static class ExternalBroker
{
    private const int Port = 1883;
    private const int TlsPort = 8883;

    /// <summary>How long the broker keeps what devices say while the connection is away. Origin: longer than its restart; a device that was not answered says it again.</summary>
    public static TimeSpan SessionExpiry { get; } = TimeSpan.FromHours(1);

    /// <summary>By which the devices come whose sessions are here. The first connection begins anew: nothing that an earlier process left at the broker can be read any more.</summary>
    /// <param name="broker"><c>mqtt://</c> or, with TLS and the machine's trusted authorities, <c>mqtts://</c>; USER:PASSWORD@ before the host are its credentials.</param>
    /// <param name="clientId">One connection at a time has it.</param>
    public static MqttConnector Connector(Uri broker, string clientId, TimeProvider clock)
    {
        bool isFirst = true;
        return async (handler, cancellation) =>
        {
            var connection = await Connect(broker, clientId, isFirst, SessionExpiry, handler, clock, cancellation);
            isFirst = false;
            return connection;
        };
    }

    /// <summary>By which hellos come: as <see cref="DeviceProxyOptions.Hellos"/> asks, nothing of it outlives its connection.</summary>
    /// <param name="clientId">As proxies are named to the broker; this connection's own name follows from it.</param>
    public static MqttConnector Hellos(Uri broker, string clientId, TimeProvider clock) =>
        (handler, cancellation) => Connect(broker, HellosOf(clientId), isClean: true, TimeSpan.Zero, handler, clock, cancellation);

    /// <summary>The client id of the connection for hellos: no host's name makes another one like it.</summary>
    public static string HellosOf(string clientId) => $"{clientId}/hellos";

    private static async Task<IMqttConnection> Connect(
        Uri broker, string clientId, bool isClean, TimeSpan expiry, Func<MqttMessage, ValueTask> handler, TimeProvider clock, CancellationToken cancellation)
    {
        bool isTls = broker.Scheme == "mqtts";
        int port = broker.Port >= 0 ? broker.Port : isTls ? TlsPort : Port;
        string[] credentials = broker.UserInfo.Split(':', 2);
        var options = new MqttConnectOptions
        {
            Version = MqttVersion.V5,
            ClientId = clientId,
            CleanSession = expiry == TimeSpan.Zero,
            CleanStart = isClean,
            SessionExpiry = expiry,
            UserName = credentials[0].Length > 0 ? Uri.UnescapeDataString(credentials[0]) : null,
            Password = credentials.Length > 1 ? Encoding.UTF8.GetBytes(Uri.UnescapeDataString(credentials[1])) : null,
            Tls = isTls ? new SslClientAuthenticationOptions { TargetHost = broker.DnsSafeHost } : null,
        };
        return await MqttClient.ConnectAsync(broker.DnsSafeHost, port, options, handler, clock, cancellation);
    }
}
