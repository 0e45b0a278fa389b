using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Fog.Client;
using Fog.DeviceProxy.Mqtt;
using Fog.DeviceProxy.Mqtt.Broker;
using Fog.DeviceProxy.Mqtt.Client;
using Fog.DeviceProxy.Proxy;
using Fog.Firmware.Loader.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace Fog.Silo.Host.Tests.EndToEnd;

/// <summary>The silo's broker behind a certificate that the test makes.</summary>
public sealed class TlsTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);
    private readonly TestCertificate _certificate = new("localhost");

    public void Dispose() => _certificate.Dispose();

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task A_device_connects_and_hears_its_echo(SslProtocols protocol)
    {
        await using var silo = await Start();
        var heard = new TaskCompletionSource<MqttMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var fog = await FogClient.ConnectAsync(silo.Http);
        var identity = await fog.EnrolAsync("esp-1");
        IMqttConnection? echo = null;
        echo = silo.Services.GetRequiredService<MqttBroker>().ConnectLocal("echo", async said => await echo!.PublishAsync(said with { Topic = "fog/home/n/esp-1/down" }));
        await echo.SubscribeAsync("fog/home/n/esp-1/up", QualityOfService.AtLeastOnce);
        await using var device = await Connect(silo, Trusting(protocol, "localhost"), heard, identity);
        await device.SubscribeAsync("fog/home/n/esp-1/down", QualityOfService.AtLeastOnce);
        byte[] payload = RandomNumberGenerator.GetBytes(100_000);
        await device.PublishAsync(new MqttMessage("fog/home/n/esp-1/up", payload));
        Assert.Equal(payload, (await heard.Task.WaitAsync(s_patience)).Payload.ToArray());
        await device.DisposeAsync();
        await silo.StopAsync();
    }

    [Fact]
    public async Task Without_TLS_nobody_is_heard()
    {
        await using var silo = await Start();
        var failure = await Assert.ThrowsAsync<MqttException>(() => Connect(silo, tls: null));
        Assert.NotEqual(MqttFailure.ConnectRefused, failure.Failure);
    }

    [Fact]
    public async Task A_broker_of_another_name_is_not_trusted()
    {
        await using var silo = await Start();
        var failure = await Assert.ThrowsAsync<MqttException>(() => Connect(silo, Trusting(SslProtocols.None, "elsewhere")));
        Assert.IsType<AuthenticationException>(failure.InnerException);
        Assert.Equal(MqttFailure.TlsFailed, failure.Failure);
        Assert.Contains("RemoteCertificateNameMismatch", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_proxy_does_not_connect_to_a_broker_that_no_authority_vouches_for()
    {
        await using var silo = await Start();
        var connect = ExternalBroker.Connector(new Uri($"mqtts://localhost:{silo.Mqtt.Port}"), "proxy", TimeProvider.System);
        var failure = await Assert.ThrowsAsync<MqttException>(() => connect(_ => ValueTask.CompletedTask, CancellationToken.None));
        Assert.IsType<AuthenticationException>(failure.InnerException);
    }

    [Fact]
    public void A_certificate_without_its_key_is_named()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllText(_certificate.PathOf("other.pem"), other.ExportPkcs8PrivateKeyPem());
        foreach (string key in (string[])["other.pem", "missing.pem", "certificate.pem"])
        {
            var failure = Assert.Throws<SiloStartException>(() => FogHost.Build(Options(key)));
            Assert.Contains(_certificate.PathOf(key), failure.Message, StringComparison.Ordinal);
        }

        Assert.Throws<SiloStartException>(() => FogHostOptions.Load(["--mqtt:certificate", _certificate.PathOf("certificate.pem")]));
        Assert.Equal(
            new MqttCertificate("a.pem", "b.pem"), FogHostOptions.Load(["--mqtt:certificate", "a.pem", "--mqtt:key", "b.pem"]).MqttCertificate);
    }

    private FogHostOptions Options(string key) => new()
    {
        Http = new(IPAddress.Loopback, 0),
        Mqtt = new(IPAddress.Loopback, 0),
        MqttCertificate = new(_certificate.PathOf("certificate.pem"), _certificate.PathOf(key)),
    };

    private async Task<FogHost> Start()
    {
        var silo = FogHost.Build(Options("key.pem"));
        await silo.StartAsync();
        return silo;
    }

    private SslClientAuthenticationOptions Trusting(SslProtocols protocol, string name) => new()
    {
        TargetHost = name,
        EnabledSslProtocols = protocol,
        CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            CustomTrustStore = { _certificate.Certificate },
            RevocationMode = X509RevocationMode.NoCheck,
        },
    };

    private static Task<MqttClient> Connect(FogHost silo, SslClientAuthenticationOptions? tls, TaskCompletionSource<MqttMessage>? heard = null, Enrolment? identity = null) =>
        MqttClient.ConnectAsync(
            silo.Mqtt,
            new MqttConnectOptions
            {
                ClientId = identity is null ? "device" : BrokerSecret.ClientId(identity.Site, identity.Name),
                UserName = identity is null ? null : BrokerSecret.ClientId(identity.Site, identity.Name),
                Password = identity is null ? default(ReadOnlyMemory<byte>?) : new ReadOnlyMemory<byte>(Encoding.ASCII.GetBytes(BrokerSecret.Password(Convert.FromBase64String(identity.Key), identity.Site, identity.Name))),
                Tls = tls,
            },
            message =>
            {
                heard?.TrySetResult(message);
                return ValueTask.CompletedTask;
            },
            TimeProvider.System);
}
