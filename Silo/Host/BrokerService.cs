using Fog.DeviceProxy.Mqtt.Broker;
using Microsoft.Extensions.Hosting;

namespace Fog.Silo.Host;

/// <summary>Ends the broker's connections as soon as the silo begins to stop: the server waits for connections that nobody ends.</summary>
internal sealed class BrokerService(MqttBroker broker) : IHostedLifecycleService
{
    public async Task StoppingAsync(CancellationToken cancellationToken) => await broker.DisposeAsync();

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
