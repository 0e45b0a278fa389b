using System.Net;
using System.Reflection;
using Fog.Client;
using Fog.Engine.Backup;
using Fog.Engine.Storage;
using Fog.Silo.Host.Tests.EndToEnd;

namespace Fog.Silo.Host.Tests.Clustering;

/// <summary>A cluster is backed up while it works; another one goes on from the file, and from one that the embedded engine wrote.</summary>
public sealed class ClusterBackupTests(PostgresServer postgres) : IClassFixture<PostgresServer>, IDisposable
{
    private static readonly CallOptions s_done = new() { Placement = Placement.Host, IdempotencyKey = "done" };

    private readonly string _folder = Directory.CreateTempSubdirectory("fog-cluster-backup-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string BackupFile => Path.Combine(_folder, "fog.backup");

    [Fact]
    public async Task A_restored_cluster_has_the_functions_the_keys_and_the_outcomes_of_the_first()
    {
        string first = await postgres.Database();
        InvocationInfo? done = null;
        await Run(first, async fog =>
        {
            await fog.DeployAsync("add", Modules.Add);
            await fog.EnrolAsync("esp-1");
            done = await fog.WaitAsync(await fog.StartAsync("add", [2, 0.5], s_done));
            await using var to = File.Create(BackupFile);
            await fog.BackupAsync(to);
        });
        var written = Records(BackupFile);
        Assert.Contains(written, static record => record.StartsWith("State node/home/esp-1 node", StringComparison.Ordinal));
        Assert.Contains(written, static record => record.StartsWith("Reminder dispatcher/home", StringComparison.Ordinal));

        string second = await postgres.Database();
        await Cluster(second).Restore(BackupFile, replace: false);

        Assert.Equal(written, await Records(new PostgresState(second, "fog", TimeProvider.System)));
        await Run(second, async fog =>
        {
            Assert.Equal("add", Assert.Single(await fog.FunctionsAsync()).Name);
            await KnowsDevice(fog);
            Assert.Equal(done!.Outcome!.CompletedAt, (await fog.StartAsync("add", [2, 0.5], s_done)).Outcome!.CompletedAt);
            Assert.Equal(3.5, await fog.InvokeAsync<double>("add", [3, 0.5], new() { Placement = Placement.Host }));
        });
    }

    [Fact]
    public async Task A_cluster_goes_on_from_the_backup_of_an_embedded_silo()
    {
        string database = await postgres.Database();
        await Cluster(database).Restore(Vector("embedded.v1.backup"), replace: false);

        await Run(database, async fog =>
        {
            Assert.Equal(3.5, await fog.InvokeAsync<double>("add", [3, 0.5], new() { Placement = Placement.Host }));
            Assert.Equal("add", Assert.Single(await fog.FunctionsAsync()).Name);
        });
    }

    [Fact]
    public async Task A_state_that_is_there_stays_unless_it_is_to_be_replaced()
    {
        string database = await postgres.Database();
        await Run(database, static fog => fog.DeployAsync("trap", Modules.Trap));
        await PostgresServer.Execute(database, "UPDATE fog_silo SET status = 6");

        var refused = await Assert.ThrowsAsync<SiloStartException>(() => Cluster(database).Restore(Vector("embedded.v1.backup"), replace: false));
        Assert.Contains("--replace", refused.Message, StringComparison.Ordinal);
        await Cluster(database).Restore(Vector("embedded.v1.backup"), replace: true);

        await Run(database, static async fog => Assert.Equal("add", Assert.Single(await fog.FunctionsAsync()).Name));
    }

    [Fact]
    public async Task A_cluster_that_runs_is_not_restored()
    {
        string database = await postgres.Database();
        await Run(database, async _ =>
        {
            var refused = await Assert.ThrowsAsync<SiloStartException>(() => Cluster(database).Restore(Vector("embedded.v1.backup"), replace: true));
            Assert.StartsWith("Silo home/host-1 of cluster 'fog' is running", refused.Message, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Of_a_damaged_backup_nothing_is_restored()
    {
        var bytes = await File.ReadAllBytesAsync(Vector("embedded.v1.backup"));
        bytes[^40] ^= 1;
        await File.WriteAllBytesAsync(BackupFile, bytes);
        string database = await postgres.Database();

        var refused = await Assert.ThrowsAsync<SiloStartException>(() => Cluster(database).Restore(BackupFile, replace: false));

        Assert.Contains("is damaged", refused.Message, StringComparison.Ordinal);
        Assert.Empty(await PostgresServer.Query<string>(database, "SELECT grain FROM fog_state"));
    }

    [Fact]
    public async Task What_keeps_its_state_elsewhere_says_so()
    {
        await using var silo = FogHost.Build(new FogHostOptions { Http = new(IPAddress.Loopback, 0), Mqtt = new(IPAddress.Loopback, 0) });
        await silo.StartAsync();
        using var fog = await FogClient.ConnectAsync(silo.Http);

        var refused = await Assert.ThrowsAsync<FogClientException>(() => fog.BackupAsync(new MemoryStream()));

        Assert.Equal("BackupUnavailable", refused.Code);
        await Assert.ThrowsAsync<SiloStartException>(() => new FogHostOptions().Restore(Vector("embedded.v1.backup"), replace: false));
    }

    private static async Task KnowsDevice(FogClient fog) =>
        Assert.Equal("AlreadyEnrolled", (await Assert.ThrowsAsync<FogClientException>(() => fog.EnrolAsync("esp-1"))).Code);

    private FogHostOptions Cluster(string database) => new()
    {
        Keys = Path.Combine(_folder, "fog.keys"),
        Http = new(IPAddress.Loopback, 0),
        Mqtt = new(IPAddress.Loopback, 0),
        Cluster = new ClusterSettings { Postgres = database, Port = SiloProcess.FreePort(), GatewayPort = SiloProcess.FreePort(), Probe = TimeSpan.FromSeconds(3) },
    };

    /// <summary>A silo on this database, stopped in order.</summary>
    private async Task Run(string database, Func<FogClient, Task> use)
    {
        await using var silo = FogHost.Build(Cluster(database));
        await silo.StartAsync().WaitAsync(TimeSpan.FromMinutes(1));
        using (var fog = await FogClient.ConnectAsync(silo.Http))
        {
            await use(fog);
        }

        await silo.StopAsync().WaitAsync(TimeSpan.FromMinutes(1));
    }

    private static string Vector(string name) => Path.Combine(
        typeof(ClusterBackupTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(static data => data.Key == "VectorsFolder").Value!, "backup", name);

    private static List<string> Records(string file)
    {
        using var stream = File.OpenRead(file);
        return Records(stream, file);
    }

    private static async Task<List<string>> Records(PostgresState state)
    {
        await using var taken = await state.Take(CancellationToken.None);
        return Records(taken.Content, "the answer");
    }

    private static List<string> Records(Stream stream, string name) =>
        [.. new BackupReader(stream, name).Records().Select(static record => $"{record.Kind} {record.Grain} {record.Name} {Convert.ToHexString(record.Body)}")];
}
