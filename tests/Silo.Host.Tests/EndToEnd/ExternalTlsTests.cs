using System.Collections.Concurrent;
using System.Net;
using Fog.Client;
using Fog.DeviceProxy.Proxy;
using Microsoft.Extensions.Logging;

namespace Fog.Silo.Host.Tests.EndToEnd;

/// <summary>A silo that goes to mosquitto by <c>mqtts</c>, with a certificate that the test makes; devices go there without.</summary>
public sealed class ExternalTlsTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    private readonly int _plain = SiloProcess.FreePort();
    private readonly int _tls = SiloProcess.FreePort();

    [Fact]
    public async Task Devices_compute_for_a_silo_that_trusts_the_brokers_authority()
    {
        using var certificate = new TestCertificate("localhost");
        await using var mosquitto = await Serve(certificate);
        await using var silo = await SiloProcess.Start(
            [new("Http", "127.0.0.1:0"), new("Mqtt:Broker", $"mqtts://localhost:{_tls}")], trusted: certificate.CertificateFile);
        using var fog = await FogClient.ConnectAsync(silo.Http);
        await fog.DeployAsync("add", Modules.Add);
        await using var devices = await Devices.Join(fog, new IPEndPoint(IPAddress.Loopback, _plain), 5);
        Assert.Equal(3.0, await fog.InvokeAsync<double>("add", [1, 2], new CallOptions { Timeout = s_patience }));
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("elsewhere")]
    public async Task A_broker_that_is_not_to_be_trusted_is_named_in_the_log(string name)
    {
        using var certificate = new TestCertificate(name);
        await using var mosquitto = await Serve(certificate);
        using var log = new ProxyLog();
        await using var silo = FogHost.Build(
            new FogHostOptions { Http = new(IPAddress.Loopback, 0), Broker = new Uri($"mqtts://proxy:secret@localhost:{_tls}") },
            logging => logging.AddProvider(log));
        await silo.StartAsync(); // Which ends when it has been tried.

        string said = Assert.Single(log.Lines, line => line.Contains("MQTT broker", StringComparison.Ordinal));
        Assert.Contains($"localhost:{_tls} failed: The remote certificate", said, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", said, StringComparison.Ordinal);
        await silo.StopAsync();
    }

    private async Task<Mosquitto> Serve(TestCertificate certificate)
    {
        string configuration = certificate.PathOf("mosquitto.conf");
        await File.WriteAllLinesAsync(
            configuration,
            [
                $"user {Environment.UserName}", // Else it could not read its key.
                "allow_anonymous true",
                $"listener {_plain} 127.0.0.1",
                $"listener {_tls} 127.0.0.1",
                $"certfile {certificate.CertificateFile}",
                $"keyfile {certificate.KeyFile}",
            ]);
        return await Mosquitto.Start("-c", configuration);
    }

    /// <summary>What device proxies log.</summary>
    private sealed class ProxyLog : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) =>
            categoryName == typeof(DeviceProxyService).FullName ? this : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
