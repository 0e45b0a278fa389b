using Fog.DeviceProxy.Mqtt.Broker;
using Fog.DeviceProxy.Proxy;
using Fog.Engine.Backup;
using Fog.Engine.Hosting;
using Fog.Engine.Storage;
using Fog.Grains;
using Fog.Grains.Events;
using Fog.Silo.Gateway.Backups;
using Fog.Silo.Host.Backups;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Fog.Silo.Host;

/// <summary>FogEngine=Embedded: grains run in this process, their state in SQLite or in memory.</summary>
internal static class EmbeddedEngine
{
    public static IServiceCollection AddGrainEngine(this IServiceCollection services, FogHostOptions options)
    {
        if (options.Cluster is not null || options.Roles != SiloRoles.All)
        {
            throw new SiloStartException("This build is one process: leave the settings of silo: out, or use the build on Orleans (docs/deploy-cluster.md).");
        }

        if (options.Data is not null)
        {
            services.AddSingleton<ISessionStore>(static s => new EngineSessionStore(s.GetRequiredService<EngineRecords>, s.GetRequiredService<ILogger<EngineSessionStore>>()));
        }

        return services.AddSingleton<IStateBackup, EmbeddedBackup>().AddFogEngine(engine =>
        {
            engine.DataFile = options.Data is null ? null : Path.Combine(options.Data, DataFolder.StateFile);
            engine.AddGrains(typeof(FogOptions).Assembly);
            engine.AddStreams(SiteStream.Provider);
            engine.AddIncomingGrainCallFilter<GrainCallMetrics>();
        });
    }

    /// <summary>This engine has no pages of its own.</summary>
    public static void MapGrainEngine(this WebApplication app, FogHostOptions options)
    {
    }

    /// <summary>Makes the state of the data folder anew from a backup, while no silo uses it.</summary>
    /// <exception cref="SiloStartException">The backup or the folder cannot be used.</exception>
    public static Task<BackupSummary> Restore(this FogHostOptions options, string backup, bool replace) => Task.FromResult(DataFolder.Restore(
        backup, options.Data ?? throw new SiloStartException("A backup is restored into a folder: give data."), replace));

    /// <summary>To somebody else's broker.</summary>
    public static MqttConnector Connector(this Uri broker, string clientId) => ExternalBroker.Connector(broker, clientId, TimeProvider.System);

    /// <summary>The second way there, by which hellos come.</summary>
    public static MqttConnector Hellos(this Uri broker, string clientId) => ExternalBroker.Hellos(broker, clientId, TimeProvider.System);

    /// <summary>Why the state cannot be had, for people; null: that is not what failed.</summary>
    public static string? StateFailure(this Exception failure) => failure is StoreUnavailableException or DamagedStoreException or UnreadableSessionException ? failure.Message : null;
}
