using Fog.Client;
using Fog.Silo.Host.Tests.EndToEnd;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Runtime;
using Xunit.Abstractions;
using IHost = Microsoft.Extensions.Hosting.IHost;

namespace Fog.Silo.Host.Tests.Clustering;

/// <summary>Silos in processes of their own that share a database.</summary>
/// <param name="output">Gets the silos' logs, for whoever looks why a test failed.</param>
internal sealed class Silos(string database, ITestOutputHelper? output = null) : IAsyncDisposable
{
    private readonly List<SiloProcess> _all = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("fog-silos-").FullName;

    /// <summary>The database's names for silos are like the setting <c>host</c>.</summary>
    /// <param name="broker">Of somebody else; null: a proxy has its own.</param>
    public async Task<(SiloProcess Process, int Mqtt)> Start(string host, string roles, Uri? broker = null)
    {
        int mqtt = SiloProcess.FreePort();
        var silo = await SiloProcess.Start(
        [
            new("Http", "127.0.0.1:0"),
            new("Mqtt", $"127.0.0.1:{mqtt}"),
            new("Mqtt:Broker", broker?.OriginalString ?? ""),
            new("Host", host),
            new("Silo:Postgres", database),
            new("Keys", Path.Combine(_folder, "master.keys")), // One machine, one file.
            new("Silo:Roles", roles),
            new("Silo:Port", $"{SiloProcess.FreePort()}"),
            new("Silo:GatewayPort", $"{SiloProcess.FreePort()}"),
            new("Silo:Probe", "3"), // A loaded machine is not a dead one.
        ]);
        _all.Add(silo);
        return (silo, mqtt);
    }

    /// <summary>An application that speaks Orleans, connected.</summary>
    public async Task<IHost> Application()
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddFogClient(fog => fog.UseOrleans(client => client.UseAdoNetClustering(options =>
            (options.Invariant, options.ConnectionString) = ("Npgsql", database))));
        var application = builder.Build();
        await application.StartAsync();
        return application;
    }

    /// <returns>Name of the silo and class of the grain, of every activation of the fog's.</returns>
    public async Task<ILookup<string, string>> Activations(IHost application)
    {
        var management = application.Services.GetRequiredService<IClusterClient>().GetGrain<IManagementGrain>(0);
        var silos = (await management.GetDetailedHosts(onlyActive: true)).ToDictionary(static silo => silo.SiloAddress, static silo => silo.SiloName.Split('/')[1]);
        var grains = await management.GetDetailedGrainStatistics();
        return grains.Where(static grain => grain.GrainType.StartsWith("Fog.", StringComparison.Ordinal))
            .ToLookup(grain => silos[grain.SiloAddress], static grain => grain.GrainType.Split(',')[0].Split('.')[^1]);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var silo in _all)
        {
            await silo.DisposeAsync();
            output?.WriteLine(await silo.Log());
        }

        Directory.Delete(_folder, recursive: true);
    }
}
