using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Fog.Silo.Host;

/// <summary>Who the broker is to devices that connect with TLS: two PEM files.</summary>
/// <param name="File">The certificate, then those of the authorities between. Setting <c>mqtt:certificate</c>.</param>
/// <param name="KeyFile">Its private key, not encrypted. Setting <c>mqtt:key</c>.</param>
public sealed record MqttCertificate(string File, string KeyFile)
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
}
