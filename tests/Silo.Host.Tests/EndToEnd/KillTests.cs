using System.Net;
using System.Text;
using Fog.Client;
using Fog.DeviceProxy.Mqtt;
using Fog.DeviceProxy.Mqtt.Client;
using Fog.Firmware.Loader.Identity;
using Xunit.Abstractions;

namespace Fog.Silo.Host.Tests.EndToEnd;

/// <summary>A silo in a process of its own, killed without warning.</summary>
[Trait("Engine", "Embedded")]
public sealed class KillTests(ITestOutputHelper output) : IDisposable
{
    private const int CallCount = 10;

    /// <summary>Long enough that no call ends before the silo is killed: a majority takes three wakes of seven devices.</summary>
    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(5);

    /// <summary>Five starts of a silo on a busy machine take their time; what is tested is not the deadline.</summary>
    private static readonly TimeSpan s_longDeadline = TimeSpan.FromMinutes(20);

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(4);

    private readonly string _folder = Directory.CreateTempSubdirectory("fog-kill-").FullName;
    private readonly IPEndPoint _http = new(IPAddress.Loopback, SiloProcess.FreePort());
    private readonly IPEndPoint _mqtt = new(IPAddress.Loopback, SiloProcess.FreePort());

    [Fact]
    public async Task Ten_open_calls_outlive_a_SIGKILL_and_complete_once()
    {
        await using var first = await Start();
        using var fog = await FogClient.ConnectAsync(first.Http);
        await fog.DeployAsync("add", Modules.Add);
        await using var devices = await Devices.Join(fog, _mqtt, 7, (device, _) => device with { Period = s_period });
        var started = await Task.WhenAll(Enumerable.Range(0, CallCount).Select(i => fog.StartAsync("add", [i, 0.5], Options(i))));
        var waiting = started.Select(call => fog.WaitAsync(call)).ToArray();
        var open = await Task.WhenAll(started.Select(call => fog.InvocationAsync(call.Id)));
        Assert.All(open, call => Assert.Equal(InvocationPhase.Running, call.Phase));

        first.Kill();
        await using var second = await Start();

        // The same clients, which were waiting all the time.
        var ended = await Task.WhenAll(waiting).WaitAsync(TimeSpan.FromSeconds(90));
        for (int i = 0; i < CallCount; i++)
        {
            Assert.Equal(i + 0.5, FogClient.Result<double>(ended[i]));
            Assert.Equal(started[i].AcceptedAt, ended[i].AcceptedAt);

            // Asked for again, it is the same call with the same outcome.
            var again = await fog.StartAsync("add", [i, 0.5], Options(i));
            Assert.Equal(ended[i].Outcome!.CompletedAt, again.Outcome!.CompletedAt);
            Assert.Equal(ended[i].Outcome!.Sha256, again.Outcome.Sha256);
        }

        // Nothing is left that could complete any of them again.
        Assert.All(await fog.ClustersAsync(), cluster => Assert.Equal(0, cluster.OpenVotes));
    }

    [Fact]
    public async Task Every_accepted_call_outlives_four_kills_at_random_moments_and_completes_once()
    {
        const int Kills = 4, CallsALife = 6;
        int seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var silo = await Start();
        using var fog = await FogClient.ConnectAsync(silo.Http);
        await fog.DeployAsync("add", Modules.Add);
        await using var devices = await Devices.Join(fog, _mqtt, 7);
        List<Task<InvocationInfo>> starting = [];
        for (int kill = 0; kill < Kills; kill++)
        {
            // The client asks again, under the same key, for what it saw no answer to.
            var calls = Enumerable.Range(starting.Count, CallsALife).Select(i => fog.StartAsync("add", [i, 0.5], Options(i) with { Timeout = s_longDeadline })).ToArray();
            starting.AddRange(calls);
            await Task.WhenAll(calls[..random.Next(CallsALife)]).WaitAsync(s_patience);
            Thread.SpinWait(random.Next(20_000_000));
            silo.Kill();
            silo = await Start();
        }

        await using (silo)
        {
            var accepted = await Task.WhenAll(starting).WaitAsync(s_patience);
            var ended = await Task.WhenAll(accepted.Select(call => fog.WaitAsync(call))).WaitAsync(s_patience);
            for (int i = 0; i < ended.Length; i++)
            {
                Assert.True(ended[i].Phase == InvocationPhase.Completed, $"seed {seed}: call {i} ended with {ended[i].Outcome?.Error}.");
                Assert.Equal(i + 0.5, FogClient.Result<double>(ended[i]));
                Assert.Equal(accepted[i].AcceptedAt, ended[i].AcceptedAt);
                Assert.Equal(ended[i].Outcome!.CompletedAt, (await fog.StartAsync("add", [i, 0.5], Options(i) with { Timeout = s_longDeadline })).Outcome!.CompletedAt);
            }
        }
    }

    [Fact]
    public async Task What_the_broker_acknowledged_to_a_device_outlives_a_SIGKILL()
    {
        const int Lives = 6;
        List<Enrolment> known = [];
        for (int life = 0; life <= Lives; life++)
        {
            await using var silo = await Start();
            foreach (var device in known)
            {
                await using var again = await Connect(device);
                Assert.True(again.SessionPresent, $"{device.Name}, in life {life}");
            }

            // The acknowledgement has just arrived when the silo is killed.
            using var fog = await FogClient.ConnectAsync(silo.Http);
            known.Add(await fog.EnrolAsync($"esp-{life}"));
            var connected = await Connect(known[^1]);
            Assert.False(connected.SessionPresent);
            await connected.SubscribeAsync($"fog/{known[^1].Site}/n/{known[^1].Name}/down", QualityOfService.AtLeastOnce);
            silo.Kill();
            await connected.DisposeAsync();
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Task<MqttClient> Connect(Enrolment device) => MqttClient.ConnectAsync(
        _mqtt.Address.ToString(),
        _mqtt.Port,
        new MqttConnectOptions
        {
            ClientId = $"{device.Site}.{device.Name}",
            CleanSession = false,
            UserName = $"{device.Site}.{device.Name}",
            Password = Encoding.ASCII.GetBytes(BrokerSecret.Password(Convert.FromBase64String(device.Key), device.Site, device.Name)),
        },
        static _ => ValueTask.CompletedTask,
        TimeProvider.System,
        CancellationToken.None);

    private static CallOptions Options(int i) => new() { Replicas = 5, Timeout = TimeSpan.FromMinutes(1), IdempotencyKey = $"call-{i}" };

    /// <summary>The restarted silo must have the ports of the first, so they cannot be left to chance.</summary>
    private Task<SiloProcess> Start() => SiloProcess.Start([new("Http", $"{_http}"), new("Mqtt", $"{_mqtt}"), new("Data", Path.Combine(_folder, "data"))]);
}
