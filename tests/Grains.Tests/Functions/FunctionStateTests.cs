using System.Collections.Immutable;
using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Dispatch;
using Fog.Grains.Interfaces.Events;
using Fog.Grains.Interfaces.Functions;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Invocations;
using Fog.Grains.Interfaces.Nodes;
using Fog.Grains.Tests.Site;
using Fog.Wasm.Format;
using Fog.Wasm.Runtime.Values;

namespace Fog.Grains.Tests.Functions;

/// <summary>What a function keeps from call to call.</summary>
public class FunctionStateTests
{
    private static readonly FunctionId Count = new(TestSite.Tenant, "count");

    [Fact]
    public async Task Each_call_takes_what_the_one_before_it_put()
    {
        await using var site = await Site();
        for (int i = 1; i <= 3; i++)
        {
            await Call(site, $"call-{i}", i);
            await site.Outcome($"call-{i}");
        }

        Assert.Equal(["1", "3", "6"], await Task.WhenAll(Enumerable.Range(1, 3).Select(i => site.Call($"call-{i}").ResultJson())));
        Assert.Equal([("total", "6")], await Kept(site));
    }

    [Fact]
    public async Task All_voters_of_a_call_take_the_value_of_its_acceptance()
    {
        await using var site = await Site();
        await Call(site, "first", 1);
        await Call(site, "second", 2); // Before the first has put anything.
        await site.Outcome("first");
        await site.Outcome("second");
        Assert.Equal(["1", "2"], [await site.Call("first").ResultJson(), await site.Call("second").ResultJson()]);
        Assert.Equal([("total", "2")], await Kept(site));
    }

    [Fact]
    public async Task Of_two_puts_the_one_of_the_later_call_counts_in_whatever_order_they_come()
    {
        await using var site = await TestSite.Start();
        var at = site.Now;
        PutStamp early = new(at, new(TestSite.Tenant, "b"), 0), same = new(at, new(TestSite.Tenant, "c"), 0), next = same with { Effect = 1 }, late = new(at.AddTicks(1), new(TestSite.Tenant, "a"), 0);
        Assert.Equal([early, same, next, late], new[] { late, next, early, same }.Order());
        await Grain(site).Put(new("k", "early", early));
        await Grain(site).Put(new("k", "late", late));
        await Grain(site).Put(new("k", "next", next));
        await Grain(site).Put(new("k", "early", early));
        await site.Crash();
        Assert.Equal([("k", "late")], await Kept(site));
    }

    [Fact]
    public async Task The_same_put_again_is_no_write()
    {
        await using var site = await TestSite.Start();
        var value = new KeptValue("k", "x", new(site.Now, new(TestSite.Tenant, "a"), 0));
        await Grain(site).Put(value);
        int writes = site.Store.Writes("functionstate/");
        Assert.True(writes > 0);
        await Grain(site).Put(value);
        Assert.Equal(writes, site.Store.Writes("functionstate/"));
    }

    [Fact]
    public async Task Keys_are_bounded_and_what_is_one_too_many_is_told_and_left_out()
    {
        await using var site = await Site();
        for (int i = 0; i < GrainLimits.KeptValuesMax; i++)
        {
            await Grain(site).Put(new($"k{i}", "x", new(site.Now, new(TestSite.Tenant, "a"), i)));
        }

        await Call(site, "call", 1);
        Assert.Equal(FogError.None, (await site.Outcome("call")).Outcome!.Error);
        await site.Settle();
        var refused = Assert.Single(await site.Events(), static e => e.Kind == SiteEventKind.EffectRefused);
        Assert.Equal((FogError.LimitExceeded, "total", "call"), (refused.Error, refused.Stream!, refused.Call!.Value.Name));
        await Grain(site).Put(new("k7", "y", new(site.Now, new(TestSite.Tenant, "a"), 0)));
        Assert.Contains(("k7", "y"), await Kept(site));
    }

    [Fact]
    public async Task What_is_kept_and_does_not_fit_the_version_refuses_the_call_by_name()
    {
        await using var site = await Site();
        await Grain(site).Put(new("total", "fog", new(site.Now, new(TestSite.Tenant, "a"), 0)));
        var refused = await Assert.ThrowsAsync<FogException>(() => Call(site, "call", 1));
        Assert.Equal(FogError.InvalidArguments, refused.Error);
        Assert.Contains("state total", refused.Message, StringComparison.Ordinal);
    }

    /// <param name="isDurable">Whether the disk has the commit at which the process dies.</param>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_count_is_right_wherever_the_process_dies(bool isDurable)
    {
        bool failed = true;
        for (int commits = 0; failed; commits++)
        {
            await using var site = await Site();
            await Call(site, "first", 1);
            await site.Settle();
            failed = await site.DiesBeforeEnd("first", commits, isDurable);
            await site.Outcome("first");
            await site.Run(TimeSpan.FromSeconds(30));
            await Call(site, "second", 2);
            Assert.Equal(InvocationPhase.Completed, (await site.Outcome("second")).Phase);
            Assert.Equal("3", await site.Call("second").ResultJson());
            await site.Run(TimeSpan.FromSeconds(30));
            Assert.Equal([("total", "3")], await Kept(site));
        }
    }

    /// <summary>Three devices, and count(total: i32, kept, more: i32) -> i32.</summary>
    private static async Task<TestSite> Site()
    {
        var site = await TestSite.WithCluster(3);
        var i32 = new FogType(FogKind.I32);
        var manifest = new FunctionManifest("count", "1", [new("total", i32, "total"), new("more", i32)], i32, 3);
        var module = ModuleWriter.Write(new Module
        {
            Types = [manifest.ExportType],
            Functions = [new(0, [], [Instruction.WithIndex(Opcode.LocalGet, 0), Instruction.WithIndex(Opcode.LocalGet, 1), Opcode.I32Add, Opcode.End])],
            Exports = [new("count", ExternalKind.Function, 0)],
            CustomSections = [manifest.ToSection()],
        });
        await site.Host.GrainFactory.GetGrain<IFunctionGrain>(Count.ToString()).Deploy([.. module]);
        site.Devices.ForEach(static d => d.Compute = Counted);
        return site;
    }

    private static ImmutableArray<byte>? Counted(DeviceTask task)
    {
        var arguments = ValueCodec.DecodeArguments(task.Arguments.Inline.AsSpan());
        int total = (int)arguments[0].Clr! + (int)arguments[1].Clr!;
        return TestSite.Value(total, new FogEffect(EffectKind.StatePut, "total", $"{total}"));
    }

    private static Task Call(TestSite site, string key, int more) =>
        TestSite.Within(site.Call(key).Start(new(Count, TestSite.Name, $"[{more}]", 3, TimeSpan.FromMinutes(10), Placement.Devices)), $"start of {key}");

    private static IFunctionStateGrain Grain(TestSite site) => site.Host.GrainFactory.GetGrain<IFunctionStateGrain>(Count.At(TestSite.Name));

    private static async Task<IEnumerable<(string Key, string Text)>> Kept(TestSite site) => (await Grain(site).Read()).Select(static value => (value.Key, value.Text));
}
