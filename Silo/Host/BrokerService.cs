using System.Diagnostics.Metrics;
using Fog.DeviceProxy.Mqtt;
using Fog.DeviceProxy.Mqtt.Broker;
using Fog.DeviceProxy.Proxy.Access;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Fog.Silo.Host;

/// <summary>The devices' broker: ends its connections as soon as the silo begins to stop (the server waits for connections that nobody ends), and shows what it refused: meter <see cref="MeterName"/>.</summary>
internal sealed class BrokerService : IHostedLifecycleService, IDisposable
{
    public const string MeterName = "Fog.Mqtt";

    /// <summary>Of one device: a batch of the longest transfers stays far below, and a device gone mad costs the others nothing.</summary>
    private static readonly MqttLimits s_limits = new() { MessagesPerSecondMax = 500, BytesPerSecondMax = 1024 * 1024, ConnectsPerSecondPerIdentityMax = 20 };

    private readonly MqttBroker _broker;
    private readonly Meter _meter = new(MeterName);

    public BrokerService(MqttBroker broker)
    {
        _broker = broker;
        _meter.CreateObservableGauge("fog.mqtt.connections", () => broker.Statistics.Connections, "{connection}", "Open now.");
        _meter.CreateObservableCounter("fog.mqtt.unauthorized", () => broker.Statistics.Unauthorized, "{request}", "Messages and subscriptions that a device may not have.");
        _meter.CreateObservableCounter("fog.mqtt.refused", () => broker.Statistics.Refused, "{connection}", "CONNECTs that were not admitted.");
        _meter.CreateObservableCounter("fog.mqtt.rate.exceeded", () => broker.Statistics.RateExceeded, "{connection}", "Connections ended or refused because one device sent or connected too often.");
        _meter.CreateObservableCounter("fog.mqtt.commits.failed", () => broker.Statistics.FailedCommits, "{commit}", "Changes of sessions that the store did not take; they are tried again.");
    }

    public static MqttBroker Make(IServiceProvider services)
    {
        var access = services.GetRequiredService<DeviceAccess>();
        var broker = new MqttBroker(services.GetRequiredService<TimeProvider>(), s_limits, access, services.GetService<ISessionStore>());
        access.Broker = broker;
        return broker;
    }

    public async Task StoppingAsync(CancellationToken cancellationToken) => await _broker.DisposeAsync();

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _broker.Restore(); // After the engine has started, before anybody connects: the server comes last.
        return Task.CompletedTask;
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _meter.Dispose();
}
