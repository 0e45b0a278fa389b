using Fog.Engine.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Fog.Silo.Host;

/// <summary>FogEngine=Embedded: grains run in this process, their state in SQLite or in memory.</summary>
internal static class EmbeddedEngine
{
    /// <param name="data">Null: memory only.</param>
    public static IServiceCollection AddGrainEngine(this IServiceCollection services, DataFolder? data) =>
        services.AddFogEngine(engine =>
        {
            engine.DataFile = data?.StateFile;
            engine.AddGrains(typeof(Fog.Grains.FogOptions).Assembly);
        });
}
