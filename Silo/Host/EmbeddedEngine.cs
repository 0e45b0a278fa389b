using Fog.Engine.Hosting;
using Fog.Engine.Storage;
using Fog.Grains;
using Fog.Grains.Events;
using Fog.Silo.Gateway.Backups;
using Fog.Silo.Host.Backups;
using Microsoft.Extensions.DependencyInjection;

namespace Fog.Silo.Host;

/// <summary>FogEngine=Embedded: grains run in this process, their state in SQLite or in memory.</summary>
internal static class EmbeddedEngine
{
    /// <param name="dataFolder">Null: memory only.</param>
    public static IServiceCollection AddGrainEngine(this IServiceCollection services, string? dataFolder) =>
        services.AddSingleton<IStateBackup, EmbeddedBackup>().AddFogEngine(engine =>
        {
            engine.DataFile = dataFolder is null ? null : Path.Combine(dataFolder, DataFolder.StateFile);
            engine.AddGrains(typeof(FogOptions).Assembly);
            engine.AddStreams(SiteStream.Provider);
            engine.AddIncomingGrainCallFilter<GrainCallMetrics>();
        });

    /// <summary>Whether the state cannot be had; the message is for people.</summary>
    public static bool IsStateFailure(this Exception failure) => failure is StoreUnavailableException or DamagedStoreException;
}
