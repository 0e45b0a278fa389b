using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Fog.DeviceProxy.Mqtt.Broker;

/// <summary>TLS 1.2 and 1.3 beneath MQTT.</summary>
public static class MqttTls
{
    private static readonly List<SslApplicationProtocol> protocols = [new("mqtt")];

    /// <summary>To be called before <c>UseConnectionHandler</c>.</summary>
    /// <param name="certificates">The broker's own first, with its key; then those of the authorities between it and the one that devices trust.</param>
    public static ListenOptions UseMqttTls(this ListenOptions listen, X509Certificate2Collection certificates)
    {
        listen.UseMqttHandshakes();
        listen.UseHttps(new HttpsConnectionAdapterOptions
        {
            ServerCertificate = certificates[0],
            ServerCertificateChain = certificates,
            SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            HandshakeTimeout = TimeSpan.FromDays(1), // the limit of MqttHandshakes holds; "infinite" is more than Kestrel itself can wait
            OnAuthenticate = static (_, tls) => tls.ApplicationProtocols = protocols, // for clients that ask; not HTTP's
        });
        listen.Use(static next => connection =>
        {
            MqttHandshakes.End(connection.Features);
            return next(connection);
        });
        return listen;
    }
}
