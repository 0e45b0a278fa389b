using System.Collections.Immutable;
using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Dispatch;
using Fog.Grains.Interfaces.Events;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Invocations;
using Fog.Grains.Interfaces.Nodes;
using Fog.Grains.Tests.Site;
using Fog.Wasm.Runtime.Values;

namespace Fog.Grains.Tests.Invocations;

/// <summary>Calls that follow from a call.</summary>
public class ContinuationTests
{
    [Fact]
    public async Task A_call_that_a_result_asks_for_is_made_once_as_the_first_was()
    {
        await using var site = await TestSite.WithCluster(3);
        site.Devices.ForEach(static d => d.Compute = static task => Countdown(task));
        await site.Invoke("call", timeoutSeconds: 300); // square(6) of the test site: 6, then 5, 4 … 0.
        var first = await site.Outcome("call");
        var next = new InvocationId(TestSite.Tenant, "call").Continuation(0);
        var second = await site.Outcome(next.Name);
        Assert.Equal((TimeSpan.FromMinutes(5), 3, new FunctionId(TestSite.Tenant, "square")), (second.Deadline - second.AcceptedAt, second.Tally.Seats, second.Function));
        Assert.True(second.AcceptedAt >= first.Outcome!.CompletedAt);
        Assert.Equal("5", await site.Call(next.Name).ResultJson());
        await site.Run(TimeSpan.FromMinutes(5));
        Assert.Equal(["6", "5", "4", "3", "2", "1", "0"], await Results(site));
    }

    [Fact]
    public async Task What_calls_itself_for_ever_ends_and_is_told()
    {
        await using var site = await TestSite.WithCluster(3, periodSeconds: 1);
        site.Devices.ForEach(static d => d.Compute = static _ => TestSite.Value(1, new FogEffect(EffectKind.Call, "square", "[1]")));
        await site.Invoke("call");
        await site.Run(TimeSpan.FromMinutes(5));
        var events = await site.Events();
        Assert.Equal(1 + GrainLimits.ContinuationsMax, events.Count(static e => e.Kind == SiteEventKind.CallDecided));
        Assert.Equal((FogError.LimitExceeded, "square"), (Refused(events).Error, Refused(events).Stream!));
    }

    [Theory]
    [InlineData("cube", "[1]", FogError.UnknownFunction)]
    [InlineData("square", "[1, 2]", FogError.InvalidArguments)]
    [InlineData("square", "no JSON", FogError.InvalidArguments)]
    public async Task A_call_that_cannot_be_made_is_told_and_the_result_stands(string function, string arguments, FogError error)
    {
        await using var site = await TestSite.WithCluster(3);
        site.Devices.ForEach(d => d.Compute = _ => TestSite.Value(42, new FogEffect(EffectKind.Call, function, arguments), new FogEffect(EffectKind.Emit, "after", "")));
        await site.Invoke("call");
        Assert.Equal(InvocationPhase.Completed, (await site.Outcome("call")).Phase);
        await site.Settle();
        var events = await site.Events();
        Assert.Equal((error, function), (Refused(events).Error, Refused(events).Stream!));
        Assert.Single(events, static e => e.Kind == SiteEventKind.Emitted);
    }

    /// <param name="isDurable">Whether the disk has the commit at which the process dies.</param>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Each_call_is_made_once_wherever_the_process_dies(bool isDurable)
    {
        bool failed = true;
        for (int commits = 0; failed; commits++)
        {
            await using var site = await TestSite.WithCluster(3);
            site.Devices.ForEach(static d => d.Compute = static task => Countdown(task));
            await site.Invoke("call", arguments: "[1]");
            await site.Settle();
            failed = await site.DiesBeforeEnd("call", commits, isDurable);
            string next = new InvocationId(TestSite.Tenant, "call").Continuation(0).Name;
            Assert.Equal(InvocationPhase.Completed, (await site.Outcome("call")).Phase);
            await site.Run(TimeSpan.FromSeconds(60));
            Assert.Equal(InvocationPhase.Completed, (await site.Outcome(next)).Phase);
            Assert.Equal(["1", "0"], await Results(site));
        }
    }

    private static ImmutableArray<byte>? Countdown(DeviceTask task)
    {
        int left = (int)ValueCodec.DecodeArguments(task.Arguments.Inline.AsSpan())[0].Clr!;
        return left == 0 ? TestSite.Value(0, new FogEffect(EffectKind.Emit, "countdown", "0")) : TestSite.Value(left, new(EffectKind.Call, "square", $"[{left - 1}]"), new(EffectKind.Emit, "countdown", $"{left}"));
    }

    private static SiteEvent Refused(IEnumerable<SiteEvent> events) => Assert.Single(events, static e => e.Kind == SiteEventKind.EffectRefused);

    private static async Task<IEnumerable<string>> Results(TestSite site) => (await site.Events()).Where(static e => e.Kind == SiteEventKind.Emitted).Select(static e => e.Text!);
}
