using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Fog.Silo.Host;

/// <summary>Who the broker is to devices that connect with TLS: two PEM files.</summary>
/// <param name="File">The certificate, then those of the authorities between. Setting <c>mqtt:certificate</c>.</param>
/// <param name="KeyFile">Its private key, not encrypted. Setting <c>mqtt:key</c>.</param>
/// <param name="ClientAuthority">PEM file of the authorities whose certificates devices may show in place of a password. Null: none. Setting <c>mqtt:clientauthority</c>.</param>
public sealed record MqttCertificate(string File, string KeyFile, string? ClientAuthority = null)
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    /// <summary>The certificate with its key first.</summary>
    /// <exception cref="SiloStartException">The files cannot be read, do not fit together, or are not for servers.</exception>
    internal X509Certificate2Collection Load()
    {
        try
        {
            var all = new X509Certificate2Collection();
            all.ImportFromPemFile(File);
            var own = X509Certificate2.CreateFromPemFile(File, KeyFile);
            if (own.Extensions.OfType<X509EnhancedKeyUsageExtension>().Any(static usage => usage.EnhancedKeyUsages[ServerAuthentication] is null))
            {
                throw new SiloStartException($"The certificate in {File} is not for servers: its extended key usage lacks serverAuth.");
            }

            all[0].Dispose();
            all[0] = own;
            return all;
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new SiloStartException($"mqtt:certificate {File} and mqtt:key {KeyFile} are no certificate with its key: {failure.Message}", failure);
        }
    }

    /// <summary>Null: devices show no certificates.</summary>
    /// <exception cref="SiloStartException">The file cannot be read, or has something else than authorities' own certificates.</exception>
    internal X509Certificate2Collection? LoadClientAuthorities()
    {
        if (ClientAuthority is null)
        {
            return null;
        }

        try
        {
            var all = new X509Certificate2Collection();
            all.ImportFromPemFile(ClientAuthority);
            if (all.Count == 0 || !all.All(static one => one.Extensions.OfType<X509BasicConstraintsExtension>().Any(static basic => basic.CertificateAuthority)))
            {
                throw new SiloStartException($"mqtt:clientauthority {ClientAuthority} is no list of authorities: each of its certificates must be one for an authority (CA).");
            }

            return all;
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new SiloStartException($"mqtt:clientauthority {ClientAuthority} has no certificates: {failure.Message}", failure);
        }
    }
}
