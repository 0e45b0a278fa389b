using Fog.Engine.Runtime;
using Fog.Engine.Scheduling;
using Fog.Engine.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fog.Engine.Hosting;

public static class FogEngineServices
{
    /// <summary>Adds an engine that starts and stops with the host, its <see cref="IGrainFactory"/>, its <see cref="EngineCensus"/>, its <see cref="EngineBackup"/> and its <see cref="EngineRecords"/>.</summary>
    /// <remarks>Add it before whatever calls grains: hosted services start in order and stop in reverse.</remarks>
    public static IServiceCollection AddFogEngine(this IServiceCollection services, Action<FogEngineOptions> configure)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IEngineScheduler, ThreadPoolScheduler>();
        services.AddSingleton(provider =>
        {
            var options = new FogEngineOptions();
            configure(options);
            return new FogEngine(
                provider,
                options,
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<IEngineScheduler>(),
                options.Store ?? OpenStore(options),
                (provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger("Fog.Engine"));
        });
        services.AddSingleton<IGrainFactory>(static provider => provider.GetRequiredService<FogEngine>().GrainFactory);
        services.AddSingleton(static provider => new EngineCensus(provider.GetRequiredService<FogEngine>()));
        services.AddSingleton(static provider => new EngineBackup(provider.GetRequiredService<FogEngine>()));
        services.AddSingleton(static provider => new EngineRecords(provider.GetRequiredService<FogEngine>()));
        services.AddHostedService<EngineService>();
        return services;
    }

    private static IRecordStore OpenStore(FogEngineOptions options)
        => options.DataFile is { } path ? SqliteRecordStore.Open(path) : new MemoryRecordStore();

    /// <summary>Ties the engine's life to the host's.</summary>
    private sealed class EngineService(FogEngine engine, IServiceProvider services) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken)
        {
            engine.Start();
            foreach (var task in engine.Options.StartupTasks)
            {
                await task(services, cancellationToken);
            }
        }

        public Task StopAsync(CancellationToken cancellationToken) => engine.Stop(cancellationToken);
    }
}
