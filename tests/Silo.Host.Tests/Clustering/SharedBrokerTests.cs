using System.Net;
using Fog.Client;
using Fog.Silo.Host.Tests.EndToEnd;
using Xunit.Abstractions;

namespace Fog.Silo.Host.Tests.Clustering;

/// <summary>Two fog hosts that share mosquitto, one of them killed without warning in the midst of calls.</summary>
public sealed class SharedBrokerTests(PostgresServer postgres, ITestOutputHelper output) : IClassFixture<PostgresServer>
{
    private const int CallCount = 20;
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task Every_call_has_its_one_outcome_when_a_proxy_of_two_is_killed()
    {
        var broker = new IPEndPoint(IPAddress.Loopback, SiloProcess.FreePort());
        await using var mosquitto = await Mosquitto.Start("-p", $"{broker.Port}");
        await using var silos = new Silos(await postgres.Database(), output);
        var (centre, _) = await silos.Start("centre", "grains,gateway");
        await silos.Start("stays", "proxy", new Uri($"mqtt://{broker}"));
        var (dies, _) = await silos.Start("dies", "proxy", new Uri($"mqtt://{broker}"));
        using var fog = await FogClient.ConnectAsync(centre.Http);
        await fog.DeployAsync("add", Modules.Add);
        await using var devices = await Devices.Join(fog, broker, 7, static (device, _) => device with { Period = TimeSpan.FromSeconds(3) });

        var before = await Task.WhenAll(Enumerable.Range(0, CallCount / 2).Select(Start));
        dies.Kill();
        InvocationInfo[] accepted = [.. before, .. await Task.WhenAll(Enumerable.Range(CallCount / 2, CallCount / 2).Select(Start))];
        var ended = await Task.WhenAll(accepted.Select(call => fog.WaitAsync(call))).WaitAsync(s_patience);

        for (int i = 0; i < CallCount; i++)
        {
            Assert.Equal(i + 0.5, FogClient.Result<double>(ended[i]));
            var again = await Start(i);
            Assert.Equal((ended[i].Outcome!.CompletedAt, ended[i].Outcome!.Sha256), (again.Outcome!.CompletedAt, again.Outcome.Sha256));
        }

        Task<InvocationInfo> Start(int i) =>
            fog.StartAsync("add", [i, 0.5], new CallOptions { Replicas = 3, Timeout = s_patience, IdempotencyKey = $"call-{i}" });
    }
}
