using Fog.Engine.Hosting;
using Fog.Engine.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fog.Engine.Contracts.Tests.Clusters;

/// <summary>The grains of this suite on the embedded engine, as a silo has it: system time, thread pool, a store that outlives restarts.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    private readonly Gate _gate;
    private readonly MemoryRecordStore _store = new();
    private ServiceProvider _services = null!;

    private Cluster(Gate gate) => _gate = gate;

    public IGrainFactory Grains => _services.GetRequiredService<IGrainFactory>();

    public static async Task<Cluster> Start(Gate gate)
    {
        var cluster = new Cluster(gate);
        await cluster.Start();
        return cluster;
    }

    /// <summary>Stops with every grain told, and starts on what was stored.</summary>
    public async Task Restart()
    {
        await DisposeAsync();
        await Start();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var service in _services.GetServices<IHostedService>())
        {
            await service.StopAsync(CancellationToken.None);
        }

        await _services.DisposeAsync();
    }

    private async Task Start()
    {
        var services = new ServiceCollection();
        services.AddSingleton(_gate);
        services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        services.AddFogEngine(engine =>
        {
            engine.AddGrains(typeof(Cluster).Assembly);
            engine.AddStreams(FeedGrain.Provider);
            engine.AddIncomingGrainCallFilter<OuterFilter>();
            engine.AddIncomingGrainCallFilter<InnerFilter>();
            engine.Store = _store;
        });
        _services = services.BuildServiceProvider();
        foreach (var service in _services.GetServices<IHostedService>())
        {
            await service.StartAsync(CancellationToken.None);
        }
    }
}
