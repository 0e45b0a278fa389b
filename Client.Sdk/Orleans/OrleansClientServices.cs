using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;

namespace Fog.Client;

public static class OrleansClientServices
{
    /// <summary>For the answer to one call; <see cref="FogClient"/> asks again where a silo died.</summary>
    private static readonly TimeSpan s_responseTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Within the cluster's network, straight to its grains: no gateway's HTTP between. The application's host connects at its start.</summary>
    /// <param name="connect">How the silos are found, as in <c>client => client.UseAdoNetClustering(…)</c>, and the cluster's name in <see cref="ClusterOptions"/> where it is not <c>fog</c>.</param>
    /// <param name="site">Whose devices take calls that name no other.</param>
    /// <param name="tenant">Owner of the functions and invocations.</param>
    public static FogClientBuilder UseOrleans(this FogClientBuilder fog, Action<IClientBuilder> connect, string site = "home", string tenant = "home")
    {
        ArgumentNullException.ThrowIfNull(fog);
        fog.Services.AddOrleansClient(client =>
        {
            client.Configure<ClusterOptions>(static cluster => (cluster.ClusterId, cluster.ServiceId) = ("fog", "fog"));
            client.Configure<ClientMessagingOptions>(static messaging => messaging.ResponseTimeout = s_responseTimeout);
            connect(client);
        });
        fog.Connection = services => new OrleansConnection(services.GetRequiredService<IClusterClient>(), site, tenant, fog.Options.Clock);
        return fog;
    }
}
