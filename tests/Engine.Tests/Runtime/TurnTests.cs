using Fog.Engine.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;

namespace Fog.Engine.Tests.Runtime;

public interface ITurnGrain : IGrainWithStringKey
{
    Task<int> CountAcrossAwaits(int steps);

    Task Hold(string place);

    [AlwaysInterleave]
    Task HoldInterleaving(string place);

    [ReadOnly]
    Task HoldReading(string place);

    Task<string> CallBack(ITurnGrain other);

    Task<string> Key();
}

public class TurnGrain(Gate gate) : Grain, ITurnGrain
{
    private int _inTurn;
    private int _count;

    public async Task<int> CountAcrossAwaits(int steps)
    {
        for (var i = 0; i < steps; i++)
        {
            Assert.Equal(1, Interlocked.Increment(ref _inTurn));
            _count++;
            Assert.Equal(0, Interlocked.Decrement(ref _inTurn));
            await Task.Yield();
        }

        return _count;
    }

    public Task Hold(string place) => gate.Pass(place);

    public Task HoldInterleaving(string place) => gate.Pass(place);

    public Task HoldReading(string place) => gate.Pass(place);

    public Task<string> CallBack(ITurnGrain other) => other.Key();

    public Task<string> Key() => Task.FromResult(this.GetPrimaryKeyString());
}

public interface IReentrantGrain : ITurnGrain;

[Reentrant]
public sealed class ReentrantGrain(Gate gate) : TurnGrain(gate), IReentrantGrain;

public sealed class TurnTests : IAsyncLifetime
{
    private readonly Gate _gate = new();
    private EngineHost _host = null!;

    public async Task InitializeAsync() => _host = await EngineHost.StartAsync(
        options => options.AddGrain<TurnGrain>().AddGrain<ReentrantGrain>(),
        services => services.AddSingleton(_gate));

    public async Task DisposeAsync() => await _host.DisposeAsync();

    private ITurnGrain Plain(string key = "a") => _host.GrainFactory.GetGrain<ITurnGrain>(key, typeof(TurnGrain).FullName);

    private IReentrantGrain Reentrant(string key = "a") => _host.GrainFactory.GetGrain<IReentrantGrain>(key);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Turns_of_an_activation_never_overlap(bool reentrant)
    {
        var grain = reentrant ? Reentrant() : Plain();
        var calls = Enumerable.Range(0, 50).Select(_ => Task.Run(() => grain.CountAcrossAwaits(40))).ToArray();
        var results = await Task.WhenAll(calls).Come("fifty calls of forty turns");
        Assert.Equal(50 * 40, results.Max());
    }

    [Fact]
    public async Task A_call_waits_while_another_awaits()
    {
        var first = Plain().Hold("first");
        await _gate.Reached("first");
        var second = Plain().Hold("second");
        await _host.SettleAsync();
        Assert.False(_gate.WasReached("second"));

        _gate.Open("first");
        await first.Come("the first call");
        await _gate.Reached("second");
        _gate.Open("second");
        await second.Come("the second call");
    }

    [Fact]
    public async Task Calls_start_in_the_order_they_were_sent()
    {
        var first = Plain().Hold("first");
        await _gate.Reached("first");
        var grain = Plain();
        var counts = Enumerable.Range(0, 20).Select(_ => grain.CountAcrossAwaits(1)).ToArray();
        _gate.Open("first");
        Assert.Equal(Enumerable.Range(1, 20), await Task.WhenAll(counts).Come("twenty counts"));
        await first;
    }

    [Fact]
    public async Task A_reentrant_grain_starts_calls_at_any_await()
    {
        var first = Reentrant().Hold("first");
        await _gate.Reached("first");
        var second = Reentrant().Hold("second");
        await _gate.Reached("second");
        _gate.Open("second");
        await second.Come("the second call, before the first");
        Assert.False(first.IsCompleted);
        _gate.Open("first");
        await first.Come("the first call");
    }

    [Fact]
    public async Task An_interleaving_call_neither_waits_for_others_nor_keeps_them_waiting()
    {
        var first = Plain().Hold("first");
        await _gate.Reached("first");
        var interleaving = Plain().HoldInterleaving("interleaving");
        await _gate.Reached("interleaving");
        _gate.Open("first");
        await first.Come("the first call");

        var later = Plain().Hold("later");
        await _gate.Reached("later");
        _gate.Open("later");
        await later.Come("the later call");
        _gate.Open("interleaving");
        await interleaving.Come("the interleaving call");
    }

    [Fact]
    public async Task Read_only_calls_interleave_with_one_another_only()
    {
        var reads = new[] { Plain().HoldReading("read 1"), Plain().HoldReading("read 2") };
        await _gate.Reached("read 1");
        await _gate.Reached("read 2");
        var write = Plain().Hold("write");
        var lateRead = Plain().HoldReading("late read");
        await _host.SettleAsync();
        Assert.False(_gate.WasReached("write"));
        Assert.False(_gate.WasReached("late read"));

        _gate.Open("read 1");
        _gate.Open("read 2");
        await Task.WhenAll(reads).Come("both reads");
        await _gate.Reached("write");
        Assert.False(_gate.WasReached("late read"));
        _gate.Open("write");
        _gate.Open("late read");
        await Task.WhenAll(write, lateRead).Come("the write, then the late read");
    }

    [Fact]
    public async Task A_grain_passed_as_an_argument_arrives_as_a_reference()
        => Assert.Equal("b", await Plain("a").CallBack(Plain("b")).Come("the call back"));
}
