using System.Net;
using Fog.Client;
using Fog.Firmware.Virtual;

namespace Fog.Silo.Host.Tests.EndToEnd;

/// <summary>A call through every layer: HTTP, grains, MQTT over TCP, device image, vote.</summary>
public sealed class CallTests(RunningFog running) : IClassFixture<RunningFog>
{
    [Fact]
    public async Task Five_sleeping_devices_compute_a_sum_and_agree()
    {
        var started = await running.Fog.StartAsync("add", [1.5, 2.25]);
        var ended = await running.Fog.WaitAsync(started);

        Assert.Equal(3.75, FogClient.Result<double>(ended));
        Assert.Equal(5, ended.Tally.Seats);
        Assert.InRange(ended.Tally.For, 3, 5);
        Assert.Equal(0, ended.Tally.Against);
        Assert.InRange(ended.Outcome!.Joules, double.Epsilon, ended.Outcome.AlwaysOnJoules);
    }

    [Fact]
    public async Task Progress_shows_the_votes_as_they_come()
    {
        var seen = new List<InvocationInfo>();

        await running.Fog.InvokeAsync<double>("add", [1, 2], progress: new Immediate(seen.Add));

        Assert.Equal(InvocationPhase.Completed, seen[^1].Phase);
        Assert.Equal(seen.Select(status => status.Tally.For).Order(), seen.Select(status => status.Tally.For));
    }

    [Fact]
    public async Task One_replica_goes_to_the_leader_alone()
    {
        var ended = await running.Fog.WaitAsync(await running.Fog.StartAsync("add", [1, 2], new CallOptions { Replicas = 1 }));

        Assert.Equal(3, FogClient.Result<double>(ended));
        Assert.Equal(1, ended.Tally.Seats);
    }

    [Fact]
    public async Task The_same_function_runs_on_a_fog_host_to_the_same_bits()
    {
        var options = new CallOptions { Placement = Placement.Host };
        var onHost = await running.Fog.WaitAsync(await running.Fog.StartAsync("add", [0.1, 0.2], options));
        var onDevices = await running.Fog.WaitAsync(await running.Fog.StartAsync("add", [0.1, 0.2]));

        Assert.EndsWith("host-1", onHost.TakenBy, StringComparison.Ordinal);
        Assert.Equal(onDevices.Outcome!.Sha256, onHost.Outcome!.Sha256);
        Assert.Equal(onDevices.Outcome.FuelUsed, onHost.Outcome.FuelUsed);
    }

    [Fact]
    public async Task A_trap_is_a_result_that_devices_agree_on()
    {
        var failure = await Assert.ThrowsAsync<FogClientException>(() => running.Fog.InvokeAsync("trap", []));

        Assert.Equal("FunctionTrapped", failure.Code);
        Assert.InRange(failure.Invocation!.Tally.For, 2, 3);
    }

    [Fact]
    public async Task A_call_under_one_key_runs_once()
    {
        var options = new CallOptions { IdempotencyKey = "once" };

        var first = await running.Fog.WaitAsync(await running.Fog.StartAsync("add", [1, 2], options));
        var again = await running.Fog.StartAsync("add", [1, 2], options);

        Assert.Equal(first.AcceptedAt, again.AcceptedAt);
        Assert.Equal(first.Outcome!.CompletedAt, again.Outcome!.CompletedAt);
    }

    [Fact]
    public async Task Watchers_of_one_call_all_see_its_outcome()
    {
        var started = await running.Fog.StartAsync("add", [1, 2]);

        var ended = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => running.Fog.WaitAsync(started)));

        Assert.Single(ended.Select(status => status.Outcome!.CompletedAt).Distinct());
    }

    private sealed class Immediate(Action<InvocationInfo> report) : IProgress<InvocationInfo>
    {
        public void Report(InvocationInfo value) => report(value);
    }
}
