using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Dispatch;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Invocations;
using Fog.Grains.Tests.Site;
using Fog.Wasm.Portable;

namespace Fog.Grains.Tests.Hosts;

/// <summary>Calls that a fog host runs.</summary>
public class HostTests
{
    private static readonly HostId Host = new(TestSite.Name, "gateway");

    private static async Task<TestSite> Site(int devices = 0)
    {
        var site = devices > 0 ? await TestSite.WithCluster(devices) : await TestSite.Start();
        await site.Deploy();
        await site.Dispatcher.Register(Host);
        return site;
    }

    [Fact]
    public async Task A_host_runs_a_call_and_nobody_waits_for_it()
    {
        await using var site = await Site();
        var started = await site.Invoke("call", placement: Placement.Host);
        Assert.Equal((InvocationPhase.Running, "lab/gateway"), (started.Phase, started.TakenBy));
        await site.Settle();
        Assert.Equal(1, site.Executor.Running);
        site.Executor.Finish(TestSite.Value(42));
        await site.Completed("call");
        Assert.Equal("42", await site.Call("call").ResultJson());
        Assert.Equal((1, 1), ((await site.Call("call").Describe()).Tally.For, (await site.Call("call").Describe()).Tally.Seats));
    }

    [Fact]
    public async Task What_a_function_logs_on_a_host_is_logged_in_lines_and_bounded()
    {
        await using var site = await Site();
        await site.Invoke("call", placement: Placement.Host);
        await site.Settle();
        site.Executor.Finish(TestSite.Value(42), [.. Enumerable.Repeat("warm\nsilo: all is well", GrainLimits.LogLinesMax + 1)]);
        await site.Completed("call");
        Assert.Equal(GrainLimits.LogLinesMax, site.Log.Lines.Count);
        Assert.All(site.Log.Lines, line => Assert.EndsWith("on lab/gateway: warm silo: all is well", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_large_result_goes_to_the_blob_store()
    {
        await using var site = await Site();
        await site.Invoke("call", placement: Placement.Host);
        await site.Settle();
        site.Executor.Finish(TestSite.LargeValue(1));
        await site.Completed("call");
        Assert.StartsWith("[1,2,", await site.Call("call").ResultJson(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trap_on_a_host_is_a_trap_by_name()
    {
        await using var site = await Site();
        await site.Invoke("call", placement: Placement.Host);
        await site.Settle();
        site.Executor.Finish(TestSite.Trap(TrapCode.FuelExhausted));
        Assert.Equal(FogError.FunctionTrapped, (await site.Completed("call")).Outcome!.Error);
    }

    [Fact]
    public async Task A_host_runs_as_many_as_it_has_slots_and_queues_the_rest()
    {
        await using var site = await Site();
        for (int i = 0; i < 5; i++)
        {
            await site.Invoke($"call-{i}", placement: Placement.Host);
        }

        await site.Settle();
        Assert.Equal(2, site.Executor.Running);
        for (int i = 0; i < 5; i++)
        {
            site.Executor.Finish(TestSite.Value(i));
            await site.Completed($"call-{i}");
            await site.Settle();
        }

        Assert.Equal("4", await site.Call("call-4").ResultJson());
    }

    [Fact]
    public async Task A_crash_runs_open_work_again()
    {
        await using var site = await Site();
        await site.Invoke("call", placement: Placement.Host);
        await site.Settle();
        site.Executor.Forget();
        await site.Crash();
        await site.Dispatcher.Revive();
        await site.Settle();
        Assert.Equal(2, site.Executor.Started);
        site.Executor.Finish(TestSite.Value(42));
        await site.Completed("call");
        Assert.Equal("42", await site.Call("call").ResultJson());
    }

    [Fact]
    public async Task Work_that_waits_past_its_deadline_is_not_begun()
    {
        await using var site = await Site();
        site.Executor.Slots = 1;
        await site.Invoke("first", placement: Placement.Host);
        await site.Invoke("late", timeoutSeconds: 5, placement: Placement.Host);
        await site.Advance(TimeSpan.FromSeconds(6));
        site.Executor.Finish(TestSite.Value(42));
        await site.Completed("first");
        await site.Settle();
        Assert.Equal(FogError.DeadlineExceeded, (await site.Completed("late")).Outcome!.Error);
        Assert.Equal(1, site.Executor.Started);
    }

    [Fact]
    public async Task Work_that_waits_hears_of_its_deadline_while_the_slots_are_taken()
    {
        await using var site = await Site();
        site.Executor.Slots = 1;
        await site.Invoke("first", placement: Placement.Host);
        await site.Invoke("late", timeoutSeconds: 5, placement: Placement.Host);
        await site.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(FogError.DeadlineExceeded, (await site.Call("late").Describe()).Outcome?.Error);
        Assert.Equal((1, 1), (site.Executor.Started, site.Executor.Running));
    }

    [Fact]
    public async Task A_run_ends_at_its_deadline_and_its_slot_is_free()
    {
        await using var site = await Site();
        site.Executor.Slots = 1;
        await site.Invoke("endless", timeoutSeconds: 5, placement: Placement.Host);
        await site.Invoke("next", placement: Placement.Host);
        await site.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(FogError.DeadlineExceeded, (await site.Completed("endless")).Outcome!.Error);
        await site.Settle();
        site.Executor.Finish(TestSite.Value(42));
        Assert.Equal(InvocationPhase.Completed, (await site.Completed("next")).Phase);
    }

    [Fact]
    public async Task Auto_prefers_devices_that_can_answer_in_time()
    {
        await using var site = await Site(devices: 3);
        Assert.Equal("lab/c1", (await site.Invoke("call", placement: Placement.Auto)).TakenBy);
    }

    [Fact]
    public async Task Auto_takes_a_host_when_the_devices_cannot()
    {
        await using var site = await TestSite.WithCluster(3, periodSeconds: 600);
        await site.Dispatcher.Register(Host);
        Assert.Equal("lab/gateway", (await site.Invoke("call", timeoutSeconds: 10, placement: Placement.Auto)).TakenBy);
    }

    [Fact]
    public async Task Hosts_share_the_load()
    {
        await using var site = await Site();
        await site.Dispatcher.Register(new HostId(TestSite.Name, "second"));
        var taken = new List<string>();
        for (int i = 0; i < 4; i++)
        {
            taken.Add((await site.Invoke($"call-{i}", placement: Placement.Host)).TakenBy);
        }

        Assert.Equal(["lab/gateway", "lab/second", "lab/gateway", "lab/second"], taken);
    }
}
