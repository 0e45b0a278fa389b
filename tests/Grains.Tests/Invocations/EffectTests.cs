using System.Collections.Immutable;
using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Dispatch;
using Fog.Grains.Interfaces.Events;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Invocations;
using Fog.Grains.Tests.Site;
using Fog.Wasm.Portable;
using Fog.Wasm.Runtime.Values;

namespace Fog.Grains.Tests.Invocations;

/// <summary>What a result wants done is done once, whatever dies meanwhile.</summary>
public class EffectTests
{
    private static readonly FogEffect Hot = new(EffectKind.Emit, "alarms", "too hot");
    private static readonly FogEffect Cold = new(EffectKind.Emit, "alarms", "too cold");

    [Fact]
    public async Task What_a_function_emits_is_told_once_and_in_order()
    {
        await using var site = await TestSite.WithCluster(3);
        site.Devices.ForEach(static d => d.Compute = _ => TestSite.Value(42, Hot, Cold));
        await site.Invoke("call");
        var done = await site.Outcome("call");
        await site.Settle();
        var told = (await site.Events()).Where(static e => e.Kind == SiteEventKind.Emitted).ToList();
        Assert.Equal([("alarms", "too hot", 0), ("alarms", "too cold", 1)], told.Select(static e => (e.Stream!, e.Text!, e.Effect!.Value)));
        Assert.All(told, e => Assert.Equal((new FunctionId(TestSite.Tenant, "square"), done.Outcome!.CompletedAt), (e.Function!.Value, e.At)));
        Assert.Equal("42", await site.Call("call").ResultJson());
    }

    [Fact]
    public async Task Effects_are_voted_on()
    {
        await using var site = await TestSite.WithCluster(5);
        site.Devices.ForEach(static d => d.Compute = _ => TestSite.Value(42, Hot));
        site.Device("d1").Compute = static _ => TestSite.Value(42, Cold); // The same value, and a lie beside it.
        site.Device("d3").Compute = static _ => TestSite.Value(42);
        foreach (var device in site.Devices)
        {
            await device.Wake();
        }

        await site.Invoke("call", replicas: 5);
        foreach (string name in (string[])["d1", "d3", "d0", "d2", "d4"])
        {
            await site.Device(name).Work();
        }

        var done = await site.Outcome("call");
        await site.Settle();
        Assert.Equal(["d1", "d3"], done.Outcome!.Tally.Dissenters.Select(static n => n.Name).Order());
        Assert.Equal(["too hot"], await Emitted(site));
    }

    [Fact]
    public async Task Without_a_majority_for_the_effects_nothing_is_done()
    {
        await using var site = await TestSite.WithCluster(3);
        site.Device("d0").Compute = static _ => TestSite.Value(42, Hot);
        site.Device("d1").Compute = static _ => TestSite.Value(42, Cold);
        site.Device("d2").Compute = static _ => TestSite.Value(42);
        await site.Invoke("call", timeoutSeconds: 120);
        Assert.NotEqual(FogError.None, (await site.Outcome("call")).Outcome!.Error);
        await site.Settle();
        Assert.Empty(await Emitted(site));
    }

    [Fact]
    public async Task A_result_that_does_not_fit_inline_has_effects_too()
    {
        await using var site = await TestSite.WithCluster(3);
        site.Devices.ForEach(static d => d.Compute = _ => TestSite.Value(Enumerable.Range(0, 400).Select(static i => (double)i).ToArray(), Hot));
        await site.Invoke("call");
        await site.Outcome("call");
        await site.Settle();
        Assert.Equal(["too hot"], await Emitted(site));
        Assert.StartsWith("[0,1,", await site.Call("call").ResultJson(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Halves_of_pairs_are_replaced()
    {
        await using var site = await TestSite.WithCluster(3);
        site.Devices.ForEach(static d => d.Compute = _ => TestSite.Value(42, new FogEffect(EffectKind.Emit, "s", "a\ud83db \ud83d\ude00")));
        await site.Invoke("call");
        await site.Outcome("call");
        await site.Settle();
        Assert.Equal(["a\ufffdb \ud83d\ude00"], await Emitted(site));
    }

    /// <param name="isDurable">Whether the disk has the commit at which the process dies.</param>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Effects_of_a_call_are_applied_once_wherever_the_process_dies(bool isDurable)
    {
        bool failed = true;
        for (int commits = 0; failed; commits++)
        {
            await using var site = await TestSite.WithCluster(3);
            site.Devices.ForEach(static d => d.Compute = _ => TestSite.Value(42, Hot, Cold));
            await site.Invoke("call");
            await site.Settle();
            failed = await site.DiesBeforeEnd("call", commits, isDurable);
            Assert.Equal(InvocationPhase.Completed, (await site.Outcome("call")).Phase);
            await site.Run(TimeSpan.FromSeconds(30));
            Assert.Equal(["too hot", "too cold"], await Emitted(site));
        }
    }

    [Fact]
    public async Task A_host_s_result_has_effects_too()
    {
        await using var site = await TestSite.Start();
        await site.Deploy();
        await site.Dispatcher.Register(new HostId(TestSite.Name, "gateway"));
        await site.Invoke("call", placement: Placement.Host);
        await site.Settle();
        site.Executor.Finish(TestSite.Value(36, Hot));
        await site.Completed("call");
        await site.Settle();
        Assert.Equal(["too hot"], await Emitted(site));
    }

    [Fact]
    public async Task Where_there_is_no_journal_the_outcome_stands()
    {
        await using var site = await TestSite.WithCluster(3, hasStreams: false);
        site.Devices.ForEach(static d => d.Compute = _ => TestSite.Value(42, Hot));
        await site.Invoke("call");
        Assert.Equal(InvocationPhase.Completed, (await site.Outcome("call")).Phase);
    }

    [Fact]
    public async Task A_journal_full_of_texts_keeps_fewer_events()
    {
        await using var site = await TestSite.WithCluster(3);
        site.Devices.ForEach(static d => d.Compute = static _ => TestSite.Value(42, new FogEffect(EffectKind.Emit, "s", new('x', 2000))));
        for (int i = 0; i < 40; i++)
        {
            await site.Invoke($"call-{i}", timeoutSeconds: 3600);
            await site.Outcome($"call-{i}");
        }

        await site.Settle();
        Assert.Equal(GrainLimits.EventTextKeptMax / 2000, (await Emitted(site)).Count);
    }

    private static async Task<IReadOnlyList<string>> Emitted(TestSite site) =>
        [.. (await site.Events()).Where(static e => e.Kind == SiteEventKind.Emitted).Select(static e => e.Text!)];
}
