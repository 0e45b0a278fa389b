using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Fog.Silo.Host.Tests.EndToEnd;

/// <summary>A server's certificate that vouches for itself, and its key, in a folder of their own.</summary>
internal sealed class TestCertificate : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fog-tls-");

    /// <param name="host">Whom it names.</param>
    public TestCertificate(string host)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        Certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(CertificateFile, Certificate.ExportCertificatePem());
        File.WriteAllText(KeyFile, key.ExportPkcs8PrivateKeyPem());
    }

    public X509Certificate2 Certificate { get; }

    public string CertificateFile => PathOf("certificate.pem");

    public string KeyFile => PathOf("key.pem");

    /// <summary>Of a file beside them.</summary>
    public string PathOf(string name) => Path.Combine(_folder.FullName, name);

    public void Dispose()
    {
        Certificate.Dispose();
        _folder.Delete(recursive: true);
    }
}
