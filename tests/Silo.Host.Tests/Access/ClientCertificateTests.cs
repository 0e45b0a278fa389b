using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Fog.Client;
using Fog.DeviceProxy.Mqtt;
using Fog.DeviceProxy.Mqtt.Client;
using Fog.Firmware.Loader.Identity;
using Fog.Silo.Host.Tests.EndToEnd;

namespace Fog.Silo.Host.Tests.Access;

/// <summary>Devices that show a certificate to the silo's broker in place of a password.</summary>
public sealed class ClientCertificateTests : IAsyncLifetime
{
    private const string ForClients = "1.3.6.1.5.5.7.3.2";
    private const string ForServers = "1.3.6.1.5.5.7.3.1";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly TestCertificate _server = new("localhost");
    private readonly X509Certificate2 _authority = Authority();
    private FogHost _silo = null!;
    private FogClient _fog = null!;

    public async Task InitializeAsync()
    {
        await File.WriteAllTextAsync(_server.PathOf("authority.pem"), _authority.ExportCertificatePem());
        _silo = FogHost.Build(Options("authority.pem"));
        await _silo.StartAsync();
        _fog = await FogClient.ConnectAsync(_silo.Http);
    }

    public async Task DisposeAsync()
    {
        _fog.Dispose();
        await _silo.StopAsync();
        await _silo.DisposeAsync();
        _authority.Dispose();
        _server.Dispose();
    }

    [Fact]
    public async Task A_device_connects_by_its_certificate_and_has_its_own_topics_only()
    {
        await _fog.EnrolAsync("esp-1");
        await using var device = await Connect("home.esp-1", Issued("CN=home.esp-1"));
        await device.SubscribeAsync("fog/home/n/esp-1/down", QualityOfService.AtLeastOnce);
        await device.PublishAsync(new MqttMessage("fog/home/n/esp-1/up", "x"u8.ToArray()));
        await Assert.ThrowsAsync<MqttException>(() => device.SubscribeAsync("fog/home/n/esp-2/down", QualityOfService.AtLeastOnce));
        await Assert.ThrowsAsync<MqttException>(() => device.PublishAsync(new MqttMessage("fog/home/n/esp-2/up", "x"u8.ToArray())));
    }

    [Fact]
    public async Task What_it_shows_must_name_it_and_its_password_must_be_right_where_it_gives_one()
    {
        var identity = await _fog.EnrolAsync("esp-1");
        await _fog.EnrolAsync("esp-2");
        string right = BrokerSecret.Password(Convert.FromBase64String(identity.Key), identity.Site, identity.Name);
        foreach (var (client, subject, password, reason) in (ValueTuple<string, string?, string?, MqttReasonCode>[])
        [
            ("home.esp-2", "CN=home.esp-1", null, MqttReasonCode.NotAuthorized),
            ("home.esp-2", "CN=home.esp-1", right, MqttReasonCode.NotAuthorized),
            ("home.esp-1", "CN=HOME.ESP-1", null, MqttReasonCode.NotAuthorized),
            ("elsewhere.esp-1", "CN=elsewhere.esp-1", null, MqttReasonCode.NotAuthorized),
            ("home.esp-1", "O=home.esp-1", null, MqttReasonCode.BadUserNameOrPassword),
            ("home.esp-1", "CN=home.esp-1, CN=home.esp-2", null, MqttReasonCode.BadUserNameOrPassword),
            ("home.esp-1", "CN=home.esp-1", new string('0', 64), MqttReasonCode.BadUserNameOrPassword),
            ("home.nobody", "CN=home.nobody", null, MqttReasonCode.BadUserNameOrPassword),
            ("home.esp-1", null, null, MqttReasonCode.BadUserNameOrPassword),
        ])
        {
            var refused = await Assert.ThrowsAsync<MqttException>(() => Connect(client, subject is null ? null : Issued(subject), password));
            Assert.True(refused.ReasonCode == reason, $"{client} as {subject}: {refused.Message}");
        }

        await (await Connect("home.esp-1", Issued("CN=home.esp-1"), right)).DisposeAsync();
        await (await Connect("home.esp-1", certificate: null, right)).DisposeAsync();
    }

    [Fact]
    public async Task A_certificate_of_another_authority_or_time_or_use_does_not_get_past_the_handshake()
    {
        await _fog.EnrolAsync("esp-1");
        using var foreign = Authority();
        var now = DateTimeOffset.UtcNow;
        foreach (var certificate in (X509Certificate2[])
        [
            Issued("CN=home.esp-1", foreign),
            Issued("CN=home.esp-1", use: ForServers),
            Issued("CN=home.esp-1", until: now.AddMinutes(-1)),
        ])
        {
            var refused = await Assert.ThrowsAsync<MqttException>(() => Connect("home.esp-1", certificate));
            Assert.NotEqual(MqttFailure.ConnectRefused, refused.Failure);
        }
    }

    [Fact]
    public async Task Revoking_ends_the_connection_and_refuses_the_certificate()
    {
        await _fog.EnrolAsync("esp-1");
        await using var device = await Connect("home.esp-1", Issued("CN=home.esp-1"));
        await _fog.RevokeAsync("esp-1");
        Assert.Equal(MqttReasonCode.AdministrativeAction, (await device.Closed.WaitAsync(s_patience)).Reason);
        var refused = await Assert.ThrowsAsync<MqttException>(() => Connect("home.esp-1", Issued("CN=home.esp-1")));
        Assert.Equal(MqttReasonCode.BadUserNameOrPassword, refused.ReasonCode);
    }

    [Fact]
    public async Task A_file_without_authorities_is_named_and_so_is_one_without_TLS()
    {
        await File.WriteAllTextAsync(_server.PathOf("empty.pem"), "");
        foreach (string file in (string[])["certificate.pem", "key.pem", "empty.pem", "missing.pem"])
        {
            var failure = Assert.Throws<SiloStartException>(() => FogHost.Build(Options(file)));
            Assert.Contains(_server.PathOf(file), failure.Message, StringComparison.Ordinal);
        }

        Assert.Throws<SiloStartException>(() => FogHostOptions.Load(["--mqtt:clientauthority", "a.pem"]));
        Assert.Equal(
            new MqttCertificate("a.pem", "b.pem", "c.pem"),
            FogHostOptions.Load(["--mqtt:certificate", "a.pem", "--mqtt:key", "b.pem", "--mqtt:clientauthority", "c.pem"]).MqttCertificate);
    }

    private static X509Certificate2 Authority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=devices of a test", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    private X509Certificate2 Issued(string subject, X509Certificate2? authority = null, string use = ForClients, DateTimeOffset? until = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(use)], critical: false));
        using var issued = request.Create(
            authority ?? _authority, DateTimeOffset.UtcNow.AddHours(-1), until ?? DateTimeOffset.UtcNow.AddHours(1), RandomNumberGenerator.GetBytes(8));
        return issued.CopyWithPrivateKey(key);
    }

    private FogHostOptions Options(string authority) => new()
    {
        Http = new(IPAddress.Loopback, 0),
        Mqtt = new(IPAddress.Loopback, 0),
        MqttCertificate = new(_server.CertificateFile, _server.KeyFile, _server.PathOf(authority)),
    };

    private Task<MqttClient> Connect(string clientId, X509Certificate2? certificate, string? password = null) => MqttClient.ConnectAsync(
        _silo.Mqtt,
        new MqttConnectOptions
        {
            Version = MqttVersion.V5,
            ClientId = clientId,
            UserName = password is null ? null : clientId,
            Password = password is null ? default(ReadOnlyMemory<byte>?) : Encoding.ASCII.GetBytes(password).AsMemory(),
            Tls = new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                ClientCertificates = certificate is null ? null : [certificate],
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    CustomTrustStore = { _server.Certificate },
                    RevocationMode = X509RevocationMode.NoCheck,
                },
            },
        },
        static _ => ValueTask.CompletedTask,
        TimeProvider.System);
}
