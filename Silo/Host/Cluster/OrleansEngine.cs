using System.Net;
using System.Net.Sockets;
using Fog.DeviceProxy.MqttNet;
using Fog.DeviceProxy.Proxy;
using Fog.Engine.Backup;
using Fog.Grains;
using Fog.Grains.Events;
using Fog.Grains.Hosts;
using Fog.Silo.Gateway.Backups;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Orleans.Configuration;
using Orleans.Dashboard;
using Orleans.Serialization;
using Orleans.Storage;
using StackExchange.Redis;

namespace Fog.Silo.Host;

/// <summary>FogEngine=Orleans: grains run on Microsoft Orleans, on one silo that keeps its state in memory or on as many as share a database.</summary>
internal static class OrleansEngine
{
    /// <summary>Calls of the gateway and of proxies; those between grains say theirs (<c>GrainCalls</c>). A call in flight to a silo that dies is only noticed by it.</summary>
    private static readonly TimeSpan s_responseTimeout = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan s_responseTimeoutAlone = TimeSpan.FromSeconds(30);

    /// <summary>Orleans' own name for the storage of who subscribes to which stream.</summary>
    private const string Subscriptions = "PubSubStore";

    /// <summary>Events handed to a journal in one call, as in the embedded engine.</summary>
    private const int StreamBatchMax = 64;

    public static IServiceCollection AddGrainEngine(this IServiceCollection services, FogHostOptions options)
    {
        if (options.Data is not null)
        {
            throw new SiloStartException("This build runs on Microsoft Orleans and keeps nothing in files: leave data out and give silo:postgres, or use the build with the embedded engine.");
        }

        if (options.Cluster is null && options.Roles != SiloRoles.All)
        {
            throw new SiloStartException("A silo alone has every role: leave silo:roles out, or give silo:postgres or silo:redis.");
        }

        if (options.Cluster is { Postgres: { } postgres } shared)
        {
            services.AddHostedService(_ => new PostgresSchema(postgres));
            services.AddSingleton<IStateBackup>(provider => new PostgresState(postgres, shared.Name, provider.GetRequiredService<TimeProvider>()));
        }
        else
        {
            services.AddSingleton<IStateBackup>(new NoBackup(options.Cluster is null
                ? "This silo keeps its state in memory only: there is nothing to back up."
                : "This cluster keeps its state in Redis: back that up with Redis' means."));
        }

        services.AddOrleans(silo =>
        {
            // A silo alone has no address for others, but its name must be the same.
            silo.Configure<SiloOptions>(named => named.SiloName = new Grains.Interfaces.Ids.HostId(options.Site, options.Host).ToString());
            silo.Services.AddSingleton<IGrainStorageSerializer, StateSerializer>();
            silo.Services.AddKeyedSingleton<IGrainStorageSerializer>(Subscriptions, static (services, _) => new OrleansGrainStorageSerializer(services.GetRequiredService<Serializer>()));
            silo.Configure<GrainCollectionOptions>(static collection => collection.CollectionAge = TimeSpan.FromMinutes(15));
            if (options.Cluster is { } cluster)
            {
                Join(silo, cluster, options.Roles);
            }
            else
            {
                StandAlone(silo);
            }

            silo.AddIncomingGrainCallFilter<GrainCallMetrics>();

            // Events on their way are lost with the silo that they wait on; the journal, their end, is durable.
            silo.AddMemoryStreams(SiteStream.Provider, static streams => streams.ConfigurePullingAgent(
                static agent => agent.Configure(static options => options.BatchContainerBatchSize = StreamBatchMax)));
            HostPlacement.Add(silo);
            Limit(silo, options);
        });
        return options.Cluster is null ? services : services.AddHostedService<SiteRecovery>();
    }

    public static void MapGrainEngine(this WebApplication app, FogHostOptions options)
    {
        if (options.Dashboard != DashboardAccess.Off && options.Roles.HasFlag(SiloRoles.Gateway))
        {
            app.MapOrleansDashboard("/orleans").AddEndpointFilter(async (context, next) =>
                options.Dashboard == DashboardAccess.Open || IsThisMachine(context.HttpContext.Connection.RemoteIpAddress) ? await next(context) : Results.NotFound());
        }
    }

    /// <summary>Makes the cluster's state anew from a backup, while no silo of it runs.</summary>
    /// <exception cref="SiloStartException">The backup or the database cannot be used.</exception>
    public static async Task<BackupSummary> Restore(this FogHostOptions options, string backup, bool replace)
    {
        if (options.Cluster is not { Postgres: { } postgres } cluster)
        {
            throw new SiloStartException("A backup is restored into PostgreSQL: give silo:postgres, or use the build with the embedded engine and its data folder.");
        }

        try
        {
            await new PostgresSchema(postgres).StartAsync(CancellationToken.None);
        }
        catch (NpgsqlException e)
        {
            throw new SiloStartException(e.StateFailure()!, e);
        }

        return new PostgresState(postgres, cluster.Name, TimeProvider.System).Restore(backup, replace);
    }

    public static MqttConnector Connector(this Uri broker, string clientId) => MqttNetConnection.Connector(broker, clientId);

    public static MqttConnector Hellos(this Uri broker, string clientId) => MqttNetConnection.Hellos(broker, clientId);

    /// <summary>Why the state cannot be had, for people; null: that is not what failed.</summary>
    public static string? StateFailure(this Exception failure)
    {
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            if (cause is NpgsqlException or RedisException)
            {
                return $"The cluster's database cannot be had: {cause.Message.TrimEnd('.')}.";
            }
        }

        return null;
    }

    private static bool IsThisMachine(IPAddress? caller) => caller is not null && IPAddress.IsLoopback(caller);

    private static void StandAlone(ISiloBuilder silo)
    {
        // Nobody joins this silo and callers come through the HTTP API: any free port serves, and there is no Orleans gateway.
        silo.UseLocalhostClustering(siloPort: FreePort(), gatewayPort: 0);
        silo.AddMemoryGrainStorageAsDefault();
        silo.AddMemoryGrainStorage(Subscriptions);
        silo.UseInMemoryReminderService();
        silo.Configure<SiloMessagingOptions>(static messaging => messaging.ResponseTimeout = s_responseTimeoutAlone);
    }

    private static void Join(ISiloBuilder silo, ClusterSettings cluster, SiloRoles roles)
    {
        silo.Configure<ClusterOptions>(named => (named.ClusterId, named.ServiceId) = (cluster.Name, cluster.Name));
        silo.ConfigureEndpoints(cluster.Address, cluster.Port, roles.HasFlag(SiloRoles.Gateway) ? cluster.GatewayPort : 0);
        silo.Configure<SiloMessagingOptions>(static messaging => messaging.ResponseTimeout = s_responseTimeout);
        silo.Configure<ClusterMembershipOptions>(membership =>
        {
            membership.ProbeTimeout = cluster.Probe;
            membership.NumMissedProbesLimit = 2;
            membership.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5); // Stale after three of them: see StaleSilos.
            membership.TableRefreshTimeout = TimeSpan.FromSeconds(15);
        });
        silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, StaleSilos>();
        if (cluster.Postgres is { } postgres)
        {
            const string Npgsql = nameof(Npgsql);
            silo.UseAdoNetClustering(database => (database.Invariant, database.ConnectionString) = (Npgsql, postgres));
            silo.UseAdoNetReminderService(database => (database.Invariant, database.ConnectionString) = (Npgsql, postgres));
            silo.AddAdoNetGrainStorageAsDefault((AdoNetGrainStorageOptions database) => Store(database));
            silo.AddAdoNetGrainStorage(Subscriptions, (AdoNetGrainStorageOptions database) => Store(database));

            void Store(AdoNetGrainStorageOptions database)
            {
                (database.Invariant, database.ConnectionString) = (Npgsql, postgres);
                database.DeleteStateOnClear = true;
            }
        }
        else
        {
            var redis = ConfigurationOptions.Parse(cluster.Redis!);
            silo.UseRedisClustering(database => database.ConfigurationOptions = redis);
            silo.UseRedisReminderService(database => database.ConfigurationOptions = redis);
            silo.AddRedisGrainStorageAsDefault((Orleans.Persistence.RedisStorageOptions database) => Store(database));
            silo.AddRedisGrainStorage(Subscriptions, (Orleans.Persistence.RedisStorageOptions database) => Store(database));

            void Store(Orleans.Persistence.RedisStorageOptions database)
            {
                database.ConfigurationOptions = redis;
                database.DeleteStateOnClear = true;
            }
        }
    }

    /// <summary>A silo takes no grain of a class that it does not know: so roles need no attribute on any grain.</summary>
    private static void Limit(ISiloBuilder silo, FogHostOptions options)
    {
        bool hasDashboard = options.Dashboard != DashboardAccess.Off;
        if (hasDashboard)
        {
            silo.AddDashboard();
        }

        silo.Services.PostConfigure<GrainTypeOptions>(types => types.Classes.RemoveWhere(type =>
            (type.Assembly == typeof(FogOptions).Assembly && !Runs(options.Roles, type))
            || (type.Assembly == typeof(DashboardOptions).Assembly && !hasDashboard)));
    }

    /// <summary>The grain of a fog host runs at the proxies, too: each offers its machine's cores.</summary>
    private static bool Runs(SiloRoles roles, Type grainClass) =>
        roles.HasFlag(SiloRoles.Grains) || (roles.HasFlag(SiloRoles.Proxy) && grainClass == typeof(HostGrain));

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
