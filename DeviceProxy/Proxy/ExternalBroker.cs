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

    /// <summary>How long the broker keeps what devices say while the proxy is away. Origin: longer than a restart; a device that was not answered says it again.</summary>
    public static TimeSpan SessionExpiry { get; } = TimeSpan.FromHours(1);

    /// <param name="broker"><c>mqtt://</c> or, with TLS and the machine's trusted authorities, <c>mqtts://</c>; USER:PASSWORD@ before the host are its credentials.</param>
    /// <param name="clientId">One connection at a time has it.</param>
    public static MqttConnector Connector(Uri broker, string clientId, TimeProvider clock)
    {
        bool isTls = broker.Scheme == "mqtts";
        int port = broker.Port >= 0 ? broker.Port : isTls ? TlsPort : Port;
        string[] credentials = broker.UserInfo.Split(':', 2);
        var options = new MqttConnectOptions
        {
            Version = MqttVersion.V5,
            ClientId = clientId,
            CleanSession = false,
            SessionExpiry = SessionExpiry,
            UserName = credentials[0].Length > 0 ? Uri.UnescapeDataString(credentials[0]) : null,
            Password = credentials.Length > 1 ? Encoding.UTF8.GetBytes(Uri.UnescapeDataString(credentials[1])) : null,
            Tls = isTls ? new SslClientAuthenticationOptions { TargetHost = broker.DnsSafeHost } : null,
        };
        return async (handler, cancellation) => await MqttClient.ConnectAsync(broker.DnsSafeHost, port, options, handler, clock, cancellation);
    }
}
