using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Fog.Engine.Storage;
using Fog.Grains.Events;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Storage;

namespace Fog.Silo.Host;

/// <summary>FogEngine=Orleans: grains run on Microsoft Orleans, as one silo on this machine that keeps its state in memory.</summary>
internal static class OrleansEngine
{
    /// <summary>Events handed to a journal in one call, as in the embedded engine.</summary>
    private const int StreamBatchMax = 64;

    /// <param name="dataFolder">Null: this engine keeps nothing in files.</param>
    public static IServiceCollection AddGrainEngine(this IServiceCollection services, string? dataFolder)
    {
        if (dataFolder is not null)
        {
            throw new SiloStartException("This build runs on Microsoft Orleans and keeps nothing in files: leave --data out, or use the build with the embedded engine.");
        }

        return services.AddOrleans(static silo =>
        {
            // Nobody joins this silo and callers come through the HTTP API: any free port serves, and there is no Orleans gateway.
            silo.UseLocalhostClustering(siloPort: FreePort(), gatewayPort: 0);
            silo.AddMemoryGrainStorageAsDefault();
            silo.UseInMemoryReminderService();
            silo.AddIncomingGrainCallFilter<GrainCallMetrics>();
            silo.AddMemoryStreams(SiteStream.Provider, static streams => streams.ConfigurePullingAgent(
                static agent => agent.Configure(static options => options.BatchContainerBatchSize = StreamBatchMax)));
            silo.Services.AddSingleton<IGrainStorageSerializer, StateSerializer>();
            silo.Configure<SiloMessagingOptions>(static messaging => messaging.ResponseTimeout = TimeSpan.FromSeconds(30));
            silo.Configure<GrainCollectionOptions>(static collection => collection.CollectionAge = TimeSpan.FromMinutes(15));
        });
    }

    /// <summary>State in memory is always to be had.</summary>
    public static bool IsStateFailure(this Exception _) => false;

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>The same JSON in either engine's storage.</summary>
    private sealed class StateSerializer : IGrainStorageSerializer
    {
        public BinaryData Serialize<T>(T? input) => BinaryData.FromObjectAsJson(input, StateJson.Options);

        public T Deserialize<T>(BinaryData input) => input.ToObjectFromJson<T>(StateJson.Options)
            ?? throw new JsonException($"A stored {typeof(T).Name} is null.");
    }
}
