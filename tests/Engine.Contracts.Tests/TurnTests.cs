using Orleans.Concurrency;

namespace Fog.Engine.Contracts.Tests;

public interface ITurnGrain : IGrainWithStringKey
{
    Task<int> CountAcrossAwaits(int steps);

    Task Hold(string place);

    [AlwaysInterleave]
    Task HoldInterleaving(string place);

    [ReadOnly]
    Task HoldReading(string place);

    Task<string> NameOf(ITurnGrain other);

    Task<string> SendMyself(ITurnGrain other);
}

public interface IReentrantTurnGrain : ITurnGrain;

public sealed class TurnGrain(Gate gate) : TurnGrainBase(gate);

[Reentrant]
public sealed class ReentrantTurnGrain(Gate gate) : TurnGrainBase(gate), IReentrantTurnGrain;

public abstract class TurnGrainBase(Gate gate) : Grain, ITurnGrain
{
    private int _inTurn;
    private int _count;

    public async Task<int> CountAcrossAwaits(int steps)
    {
        for (var i = 0; i < steps; i++)
        {
            if (Interlocked.Increment(ref _inTurn) != 1)
            {
                throw new InvalidOperationException("Two turns overlap.");
            }

            _count++;
            Interlocked.Decrement(ref _inTurn);
            await Task.Yield();
        }

        return _count;
    }

    public Task Hold(string place) => Pass(place);

    public Task HoldInterleaving(string place) => Pass(place);

    public Task HoldReading(string place) => Pass(place);

    public Task<string> NameOf(ITurnGrain other) => Task.FromResult(other is Grain ? "an object" : other.GetPrimaryKeyString());

    public Task<string> SendMyself(ITurnGrain other) => other.NameOf(this.AsReference<ITurnGrain>());

    private async Task Pass(string place)
    {
        gate.Log.Enqueue($"{place} begins");
        await gate.Pass(place);
        gate.Log.Enqueue($"{place} ends");
    }
}

public sealed class TurnTests : ContractTests
{
    private ITurnGrain Plain(string key = "a") => Grains.GetGrain<ITurnGrain>(key, typeof(TurnGrain).FullName);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Turns_of_an_activation_never_overlap(bool reentrant)
    {
        var grain = reentrant ? Grain<IReentrantTurnGrain>() : Plain();
        var calls = Enumerable.Range(0, 50).Select(_ => Task.Run(() => grain.CountAcrossAwaits(40))).ToArray();
        await Gate.Come(Task.WhenAll(calls), "fifty calls of forty turns");
        Assert.Equal(50 * 40, calls.Max(static call => call.Result));
    }

    [Fact]
    public async Task A_call_waits_while_another_awaits()
    {
        var first = Plain().Hold("first");
        await Gate.Reached("first");
        var second = Plain().Hold("second");
        await Overtake();
        Assert.False(Gate.WasReached("second"));
        Gate.Open("second");
        Gate.Open("first");
        await Gate.Come(Task.WhenAll(first, second), "both calls");
        Assert.Equal(["first begins", "first ends", "second begins", "second ends"], Gate.Log.Where(static line => !line.StartsWith("probe", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_reentrant_grain_starts_calls_at_any_await()
    {
        var first = Grain<IReentrantTurnGrain>().Hold("first");
        await Gate.Reached("first");
        Gate.Open("second");
        await Gate.Come(Grain<IReentrantTurnGrain>().Hold("second"), "the second call, before the first");
        Assert.False(first.IsCompleted);
        Gate.Open("first");
        await Gate.Come(first, "the first call");
    }

    [Fact]
    public async Task An_interleaving_call_neither_waits_for_others_nor_keeps_them_waiting()
    {
        var first = Plain().Hold("first");
        await Gate.Reached("first");
        var interleaving = Plain().HoldInterleaving("interleaving");
        await Gate.Reached("interleaving");
        Gate.Open("first");
        await Gate.Come(first, "the first call");
        Gate.Open("later");
        await Gate.Come(Plain().Hold("later"), "the later call");
        Gate.Open("interleaving");
        await Gate.Come(interleaving, "the interleaving call");
    }

    [Fact]
    public async Task Read_only_calls_interleave_with_one_another_only()
    {
        var reads = new[] { Plain().HoldReading("read 1"), Plain().HoldReading("read 2") };
        await Gate.Reached("read 1");
        await Gate.Reached("read 2");
        var write = Plain().Hold("write");
        await Overtake();
        Assert.False(Gate.WasReached("write"));
        Gate.Open("read 1");
        Gate.Open("read 2");
        await Gate.Come(Task.WhenAll(reads), "both reads");
        await Gate.Reached("write");
        var late = Plain().HoldReading("late read");
        await Overtake();
        Assert.False(Gate.WasReached("late read"));
        Gate.Open("write");
        Gate.Open("late read");
        await Gate.Come(Task.WhenAll(write, late), "the write, then the late read");
    }

    [Fact]
    public async Task A_grain_passed_as_an_argument_arrives_as_a_reference()
    {
        Assert.Equal("b", await Plain("a").NameOf(Plain("b")));
        Assert.Equal("a", await Plain("a").SendMyself(Plain("b")));
    }

    /// <summary>When a later call that may interleave has begun, the grain has looked at the earlier ones, too.</summary>
    private async Task Overtake()
    {
        string probe = $"probe {Guid.NewGuid()}";
        Gate.Open(probe);
        await Gate.Come(Plain().HoldInterleaving(probe), "an interleaving call");
    }
}
