using System.Diagnostics;
using System.Net;
using Fog.Client;
using Fog.Silo.Host.Tests.EndToEnd;
using Xunit.Abstractions;

namespace Fog.Silo.Host.Tests.Clustering;

/// <summary>Two silos, one of them killed without warning in the midst of calls.</summary>
public sealed class SiloKillTests(PostgresServer postgres, ITestOutputHelper output) : IClassFixture<PostgresServer>
{
    private const int CallCount = 30;

    /// <summary>Long enough that calls are open when the silo is killed: a majority takes three wakes of seven devices.</summary>
    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Every_call_accepted_before_while_and_after_a_silo_dies_has_exactly_one_outcome()
    {
        await using var silos = new Silos(await postgres.Database(), output);
        var (stays, mqtt) = await silos.Start("stays", "grains,proxy,gateway");
        var (dies, _) = await silos.Start("dies", "grains");
        using var application = await silos.Application();
        using var fog = await FogClient.ConnectAsync(stays.Http);
        await fog.DeployAsync("add", Modules.Add);
        await using var devices = await Devices.Join(fog, new(IPAddress.Loopback, mqtt), 7, (device, _) => device with { Period = s_period });
        var before = await Task.WhenAll(Enumerable.Range(0, CallCount / 3).Select(Start));
        Assert.NotEmpty((await silos.Activations(application))["dies"]);

        var killed = Stopwatch.StartNew();
        var meanwhile = Enumerable.Range(CallCount / 3, CallCount / 3).Select(Start).ToArray();
        dies.Kill();
        var after = await Task.WhenAll(Enumerable.Range(CallCount * 2 / 3, CallCount / 3).Select(Start));
        output.WriteLine($"{killed.Elapsed.TotalSeconds:F1} s from the kill until {after.Length} further calls were accepted");
        InvocationInfo[] accepted = [.. before, .. await Task.WhenAll(meanwhile), .. after];
        var ended = await Task.WhenAll(accepted.Select(call => fog.WaitAsync(call))).WaitAsync(TimeSpan.FromMinutes(3));
        output.WriteLine($"{killed.Elapsed.TotalSeconds:F1} s from the kill until all {ended.Length} calls had ended");

        for (int i = 0; i < CallCount; i++)
        {
            Assert.Equal(i + 0.5, FogClient.Result<double>(ended[i]));

            // Asked for again, it is the same call with the same outcome.
            var again = await Start(i);
            Assert.Equal(accepted[i].AcceptedAt, again.AcceptedAt);
            Assert.Equal((ended[i].Outcome!.CompletedAt, ended[i].Outcome!.Sha256), (again.Outcome!.CompletedAt, again.Outcome.Sha256));
        }

        // Nothing is left that could complete any of them again.
        await Eventually.Comes("a cluster without open votes", TimeSpan.FromSeconds(30), async () =>
            (await fog.ClustersAsync()).All(cluster => cluster.OpenVotes == 0) ? "closed" : null);

        Task<InvocationInfo> Start(int i) =>
            fog.StartAsync("add", [i, 0.5], new CallOptions { Replicas = 5, Timeout = TimeSpan.FromMinutes(2), IdempotencyKey = $"call-{i}" });
    }
}
