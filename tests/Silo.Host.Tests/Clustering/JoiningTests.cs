using System.Net;
using Fog.Silo.Host.Tests.EndToEnd;

namespace Fog.Silo.Host.Tests.Clustering;

/// <summary>A silo in this process that joins what it finds in the database.</summary>
public sealed class JoiningTests(PostgresServer postgres) : IClassFixture<PostgresServer>, IDisposable
{
    /// <summary>With Orleans' own means it is five minutes, and then it gives up.</summary>
    private static readonly TimeSpan s_joinMax = TimeSpan.FromMinutes(1);

    private const int Active = 3;
    private const int Dead = 6;

    private readonly string _folder = Directory.CreateTempSubdirectory("fog-joining-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Silos_that_were_killed_with_the_whole_cluster_do_not_hold_up_the_next_one()
    {
        string database = await postgres.Database();
        await Once(database);
        await PostgresServer.Execute(
            database,
            $"""
            INSERT INTO fog_silo (cluster, address, port, generation, name, host, status, gateway_port, started, alive)
            SELECT 'fog', '127.0.0.1', port, 1, 'home/gone', 'gone', {Active}, 0, now() - interval '1 hour', now() - interval '1 minute' FROM generate_series(9, 11) port
            """);

        await Once(database);

        Assert.All(await PostgresServer.Query<int>(database, "SELECT status FROM fog_silo WHERE name = 'home/gone'"), status => Assert.Equal(Dead, status));
    }

    [Fact]
    public async Task Silos_that_start_together_in_an_empty_database_make_its_tables_once()
    {
        string database = await postgres.Database();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => new PostgresSchema(database).StartAsync(default)));

        Assert.Equal(20, (await PostgresServer.Query<string>(database, "SELECT QueryKey FROM OrleansQuery")).Count);
    }

    [Fact]
    public async Task A_user_who_may_not_make_tables_is_told_so()
    {
        string database = await postgres.Database();
        await PostgresServer.Execute(database, "REVOKE CREATE ON SCHEMA public FROM PUBLIC; CREATE ROLE guest LOGIN");

        var failure = await Assert.ThrowsAsync<SiloStartException>(() => new PostgresSchema(database.Replace("Username=fog", "Username=guest")).StartAsync(default));

        Assert.Contains("grant CREATE on schema public", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_with_half_of_Orleans_tables_is_named_and_left_as_it_is()
    {
        string database = await postgres.Database();
        await PostgresServer.Execute(database, "CREATE TABLE OrleansQuery (QueryKey text, QueryText text)");

        var failure = await Assert.ThrowsAsync<SiloStartException>(() => new PostgresSchema(database).StartAsync(default));

        Assert.Contains("GatewaysQueryKey", failure.Message, StringComparison.Ordinal);
        Assert.Empty(await PostgresServer.Query<string>(database, "SELECT tablename FROM pg_tables WHERE tablename LIKE 'fog_%'"));
    }

    [Fact]
    public async Task A_database_that_is_not_there_is_one_sentence()
    {
        string database = $"Host=127.0.0.1;Port={SiloProcess.FreePort()};Username=fog;Password=secret;Database=fog";

        var failure = await Assert.ThrowsAsync<SiloStartException>(() => Once(database));

        Assert.StartsWith("The cluster's database cannot be had: ", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>Starts a silo and stops it in order.</summary>
    private async Task Once(string database)
    {
        await using var silo = FogHost.Build(new FogHostOptions
        {
            Keys = Path.Combine(_folder, "master.keys"),
            Http = new(IPAddress.Loopback, 0),
            Mqtt = new(IPAddress.Loopback, 0),
            Cluster = new ClusterSettings { Postgres = database, Port = SiloProcess.FreePort(), GatewayPort = SiloProcess.FreePort(), Probe = TimeSpan.FromSeconds(3) },
        });
        await silo.StartAsync().WaitAsync(s_joinMax);
        await silo.StopAsync().WaitAsync(s_joinMax);
    }
}
