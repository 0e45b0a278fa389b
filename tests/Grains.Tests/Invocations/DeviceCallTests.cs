using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Dispatch;
using Fog.Grains.Interfaces.Functions;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Invocations;
using Fog.Grains.Tests.Site;

namespace Fog.Grains.Tests.Invocations;

/// <summary>Calls on one device that the caller names.</summary>
public class DeviceCallTests
{
    private static InvocationRequest On(string device, int? replicas = null, Placement placement = Placement.Devices) =>
        TestSite.Request(replicas, placement: placement) with { Device = device };

    private static async Task AssertRefused(FogError error, Func<Task> call) => Assert.Equal(error, (await Assert.ThrowsAsync<FogException>(call)).Error);

    [Theory]
    [InlineData("d0", null)]
    [InlineData("d2", 1)]
    public async Task It_runs_there_and_nowhere_else(string device, int? replicas)
    {
        await using var site = await TestSite.WithCluster(3);
        var accepted = await site.Call("call").Start(On(device, replicas));
        Assert.Equal(("lab/c1", 1), (accepted.TakenBy, accepted.Tally.Seats));
        Assert.Equal(InvocationPhase.Completed, (await site.Outcome("call")).Phase);
        Assert.All(site.Devices, d => Assert.Equal(d.Name == device ? 1 : 0, d.TasksSeen.Count));
    }

    [Fact]
    public async Task It_waits_for_a_device_that_was_lost_and_is_back()
    {
        await using var site = await TestSite.WithCluster(3);
        await site.Call("call").Start(On("d1"));
        site.Device("d1").IsDead = true;
        await site.Run(TimeSpan.FromMinutes(5));
        Assert.DoesNotContain((await site.Cluster().Describe()).Members, m => m.Node.Name == "d1");
        site.Device("d1").IsDead = false;
        Assert.Equal(InvocationPhase.Completed, (await site.Outcome("call")).Phase);
        Assert.All(site.Devices, d => Assert.Equal(d.Name == "d1" ? 1 : 0, d.TasksSeen.Count));
    }

    [Fact]
    public async Task Without_the_device_it_fails_at_its_deadline()
    {
        await using var site = await TestSite.WithCluster(3);
        await site.Call("call").Start(On("d1"));
        site.Device("d1").IsDead = true;
        Assert.Equal(FogError.DeadlineExceeded, (await site.Outcome("call", secondsMax: 660)).Outcome!.Error);
        Assert.All(site.Devices, static d => Assert.Empty(d.TasksSeen));
    }

    [Fact]
    public async Task What_cannot_run_on_one_device_is_refused_by_name()
    {
        await using var site = await TestSite.WithCluster(3);
        await AssertRefused(FogError.InvalidRequest, () => site.Call("a").Start(On("d0", replicas: 3)));
        await AssertRefused(FogError.InvalidRequest, () => site.Call("a").Start(On("d0", placement: Placement.Host)));
        await AssertRefused(FogError.InvalidRequest, () => site.Call("a").Start(On("d0", placement: Placement.Auto)));
        await AssertRefused(FogError.InvalidName, () => site.Call("a").Start(On("D0")));
        await AssertRefused(FogError.UnknownDevice, () => site.Call("a").Start(On("nobody")));
        await AssertRefused(FogError.UnknownInvocation, () => site.Call("a").Describe());
    }

    [Fact]
    public async Task A_device_that_never_connected_is_named_as_that()
    {
        await using var site = await TestSite.WithCluster(3);
        await site.AddDevice("d3").Enrol();
        var refused = await Assert.ThrowsAsync<FogException>(() => site.Call("a").Start(On("d3")));
        Assert.Equal((FogError.NoCapacity, true), (refused.Error, refused.Message.Contains("not been heard of", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Another_device_under_the_same_key_is_another_request()
    {
        await using var site = await TestSite.WithCluster(3);
        await site.Call("call").Start(On("d0"));
        await AssertRefused(FogError.IdempotencyConflict, () => site.Call("call").Start(On("d1")));
        await AssertRefused(FogError.IdempotencyConflict, () => site.Call("call").Start(TestSite.Request(replicas: null)));
        Assert.Equal(InvocationPhase.Running, (await site.Call("call").Start(On("d0"))).Phase);
    }

    [Fact]
    public async Task What_reads_sensors_wants_a_device()
    {
        await using var site = await TestSite.WithCluster(3);
        var gauge = site.Host.GrainFactory.GetGrain<IFunctionGrain>($"{TestSite.Tenant}/gauge");
        await gauge.Deploy(TestSite.GaugeModule());
        var request = On("d0") with { Function = new FunctionId(TestSite.Tenant, "gauge"), ArgumentsJson = "[]" };
        await AssertRefused(FogError.DeviceRequired, () => site.Call("call").Start(request with { Device = null }));
        await AssertRefused(FogError.DeviceRequired, () => site.Call("call").Start(request with { Device = null, Placement = Placement.Host }));
        Assert.Equal(1, (await site.Call("call").Start(request)).Tally.Seats);

        await site.Crash(); // An activation that reads the manifest anew knows, too.
        await AssertRefused(FogError.DeviceRequired, () => site.Call("other").Start(request with { Device = null }));
    }
}
