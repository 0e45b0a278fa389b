using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Fog.DeviceProxy.Mqtt.Broker;

/// <summary>TLS 1.2 and 1.3 beneath MQTT.</summary>
public static class MqttTls
{
    private const string CommonName = "2.5.4.3";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private static readonly List<SslApplicationProtocol> protocols = [new("mqtt")];

    /// <summary>To be called before <c>UseConnectionHandler</c>.</summary>
    /// <param name="certificates">The broker's own first, with its key; then those of the authorities between it and the one that devices trust.</param>
    /// <param name="clientAuthorities">Authorities, which have issued their certificates themselves: a client may show a certificate that comes from one of them; another one ends its handshake. Null: none is asked for.</param>
    public static ListenOptions UseMqttTls(this ListenOptions listen, X509Certificate2Collection certificates, X509Certificate2Collection? clientAuthorities = null)
    {
        listen.UseMqttHandshakes();
        listen.UseHttps(new HttpsConnectionAdapterOptions
        {
            ServerCertificate = certificates[0],
            ServerCertificateChain = certificates,
            SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            HandshakeTimeout = TimeSpan.FromDays(1), // the limit of MqttHandshakes holds; "infinite" is more than Kestrel itself can wait
            ClientCertificateMode = clientAuthorities is null ? ClientCertificateMode.NoCertificate : ClientCertificateMode.AllowCertificate,
            ClientCertificateValidation = clientAuthorities is null ? null : (certificate, shown, _) => IsIssued(certificate, shown, clientAuthorities),
            OnAuthenticate = static (_, tls) => tls.ApplicationProtocols = protocols, // for clients that ask; not HTTP's
        });
        listen.Use(static next => connection =>
        {
            MqttHandshakes.End(connection.Features);
            return next(connection);
        });
        return listen;
    }

    /// <summary>The one common name (CN) in the subject of the certificate that the client of this connection has shown; null: none was shown, or it has not one.</summary>
    internal static string? CertifiedName(IFeatureCollection connection)
    {
        if (connection.Get<ITlsConnectionFeature>()?.ClientCertificate is not { } certificate)
            return null;
        var names = certificate.SubjectName.EnumerateRelativeDistinguishedNames()
            .Where(static part => !part.HasMultipleElements && part.GetSingleElementType().Value == CommonName)
            .Select(static part => part.GetSingleElementValue())
            .ToList();
        return names is [{ } only] ? only : null;
    }

    private static bool IsIssued(X509Certificate2 certificate, X509Chain? shown, X509Certificate2Collection authorities)
    {
        using var chain = new X509Chain
        {
            ChainPolicy =
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck, // The fog revokes devices itself.
                DisableCertificateDownloads = true,
                ApplicationPolicy = { new Oid(ClientAuthentication) },
            },
        };
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        if (shown is not null)
            chain.ChainPolicy.ExtraStore.AddRange(shown.ChainElements.Select(static element => element.Certificate).ToArray());
        return chain.Build(certificate);
    }
}
