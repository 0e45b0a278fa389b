using System.Net;
using System.Reflection;
using System.Text.Json;
using Fog.Client;
using Fog.Engine.Backup;
using Fog.Silo.Gateway.Backups;
using Fog.Silo.Host.Backups;
using Fog.Silo.Host.Keys;

namespace Fog.Silo.Host.Tests.EndToEnd;

/// <summary>A silo is backed up while it works; another one goes on from the file.</summary>
[Trait("Engine", "Embedded")]
public sealed class BackupTests : IDisposable
{
    private static readonly FogHostOptions s_anywhere = new() { Http = new(IPAddress.Loopback, 0), Mqtt = new(IPAddress.Loopback, 0) };

    private readonly string _folder = Directory.CreateTempSubdirectory("fog-backup-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Data(string name) => Path.Combine(_folder, name);

    [Fact]
    public async Task A_restored_silo_has_the_functions_the_keys_and_the_outcomes_of_the_first()
    {
        string file = Data("fog.backup");
        InvocationInfo done;
        await using (var first = FogHost.Build(s_anywhere with { Data = Data("first") }))
        {
            await first.StartAsync();
            using var fog = await FogClient.ConnectAsync(first.Http);
            await fog.DeployAsync("add", Modules.Add);
            await fog.EnrolAsync("esp-1");
            done = await fog.WaitAsync(await fog.StartAsync("add", [2, 0.5], new() { Placement = Placement.Host, IdempotencyKey = "done" }));
            await using (var to = File.Create(file))
            {
                await fog.BackupAsync(to);
            }

            await fog.DeployAsync("trap", Modules.Trap);
            Assert.False(File.Exists(Path.Combine(Data("first"), "fog.backup.tmp")));
        }

        DataFolder.Restore(file, Data("second"), replace: false);
        await using var second = FogHost.Build(s_anywhere with { Data = Data("second"), Keys = MasterKeyFile.Beside(Data("first")) });
        await second.StartAsync();
        using var again = await FogClient.ConnectAsync(second.Http);
        Assert.Equal("add", Assert.Single(await again.FunctionsAsync()).Name);
        Assert.Equal("AlreadyEnrolled", (await Assert.ThrowsAsync<FogClientException>(() => again.EnrolAsync("esp-1"))).Code);
        var known = await again.StartAsync("add", [2, 0.5], new() { Placement = Placement.Host, IdempotencyKey = "done" });
        Assert.Equal(done.Outcome!.CompletedAt, known.Outcome!.CompletedAt);
        Assert.Equal(3.5, await again.InvokeAsync<double>("add", [3, 0.5], new() { Placement = Placement.Host }));
    }

    [Fact]
    public async Task A_silo_goes_on_from_the_backup_of_a_cluster()
    {
        string vectors = typeof(BackupTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(static data => data.Key == "VectorsFolder").Value!;
        DataFolder.Restore(Path.Combine(vectors, "backup", "cluster.v1.backup"), Data("from-cluster"), replace: false);

        await using var silo = FogHost.Build(s_anywhere with { Data = Data("from-cluster") });
        await silo.StartAsync();
        using var fog = await FogClient.ConnectAsync(silo.Http);
        Assert.Equal(3.5, await fog.InvokeAsync<double>("add", [3, 0.5], new() { Placement = Placement.Host }));
        Assert.Equal("add", Assert.Single(await fog.FunctionsAsync()).Name);
    }

    [Fact]
    public async Task Calls_go_on_while_backups_are_taken_and_each_of_these_is_whole()
    {
        await using var silo = FogHost.Build(s_anywhere with { Data = Data("busy") });
        await silo.StartAsync();
        using var fog = await FogClient.ConnectAsync(silo.Http);
        await fog.DeployAsync("add", Modules.Add);
        var calls = Enumerable.Range(0, 60).Select(i => fog.InvokeAsync<double>("add", [i, 0.5], new() { Placement = Placement.Host })).ToArray();
        long before = 0;
        for (int i = 0; i < 5; i++)
        {
            var to = new MemoryStream();
            await fog.BackupAsync(to);
            to.Position = 0;
            var summary = BackupReader.Verify(to, "the answer");
            Assert.True(summary.Records >= before);
            before = summary.Records;
        }

        Assert.Equal(Enumerable.Range(0, 60).Select(static i => i + 0.5), await Task.WhenAll(calls));
    }

    [Fact]
    public async Task One_backup_is_taken_at_a_time()
    {
        await using var silo = FogHost.Build(s_anywhere);
        await silo.StartAsync();
        var backups = (IStateBackup)silo.Services.GetService(typeof(IStateBackup))!;
        using var fog = await FogClient.ConnectAsync(silo.Http);
        await using (await backups.Take(CancellationToken.None))
        {
            var refused = await Assert.ThrowsAsync<FogClientException>(() => fog.BackupAsync(new MemoryStream()));
            Assert.Equal("BackupUnavailable", refused.Code);
        }

        await fog.BackupAsync(new MemoryStream());
    }

    [Theory]
    [InlineData("Host", "fog.example.com")]
    [InlineData("Origin", "http://fog.example.com")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("X-Forwarded-For", "192.0.2.1")]
    [InlineData("Forwarded", "for=192.0.2.1")]
    public async Task Who_may_not_be_on_the_silos_machine_gets_no_backup(string header, string value)
    {
        await using var silo = FogHost.Build(s_anywhere);
        await silo.StartAsync();
        using var fog = await FogClient.ConnectAsync(silo.Http);
        string token = (await fog.IssueTokenAsync("elsewhere")).Token;
        using var http = new HttpClient { BaseAddress = silo.Http };
        using var request = new HttpRequestMessage(HttpMethod.Get, "v1/backup");
        request.Headers.Add("Authorization", $"Bearer {token}");
        request.Headers.Add(header, value);
        using var response = await http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal("LocalOnly", JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("code").GetString());
    }
}
