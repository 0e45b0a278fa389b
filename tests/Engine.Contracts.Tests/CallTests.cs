using Orleans.Concurrency;

namespace Fog.Engine.Contracts.Tests;

public interface ICallGrain : IGrainWithStringKey
{
    Task Nothing();

    Task<int> Add(int x, int y);

    ValueTask<int> AddAsValueTask(int x, int y);

    Task<string?> Echo(string? text);

    Task FailAtOnce();

    Task FailLater();

    [OneWay]
    Task Tell(string what);

    [OneWay]
    Task TellAndFail();

    Task Hold(string place);

    [ResponseTimeout("00:00:01")]
    Task HoldOneSecond(string place);

    Task<string> HoldCancellably(string place, CancellationToken cancellation);
}

public sealed class CallGrain(Gate gate) : Grain, ICallGrain
{
    public Task Nothing() => Task.CompletedTask;

    public Task<int> Add(int x, int y) => Task.FromResult(x + y);

    public async ValueTask<int> AddAsValueTask(int x, int y)
    {
        await Task.Yield();
        return x + y;
    }

    public Task<string?> Echo(string? text) => Task.FromResult(text);

    public Task FailAtOnce() => throw new TooHotException("At once.", 90);

    public async Task FailLater()
    {
        await Task.Yield();
        throw new TooHotException("Later.", 91);
    }

    public Task Tell(string what)
    {
        gate.Log.Enqueue(what);
        return gate.Pass(what);
    }

    public Task TellAndFail()
    {
        gate.Log.Enqueue("failing");
        gate.Tell("failing");
        throw new TooHotException("Nobody hears this.", 93);
    }

    public Task Hold(string place) => gate.Pass(place);

    public Task HoldOneSecond(string place) => gate.Pass(place);

    public async Task<string> HoldCancellably(string place, CancellationToken cancellation)
    {
        cancellation.Register(() => gate.Tell($"{place} cancelled"));
        await gate.Pass(place).WaitAsync(cancellation);
        return "let on";
    }
}

public sealed class CallTests : ContractTests
{
    [Fact]
    public async Task Every_kind_of_return_comes_back()
    {
        await Grain<ICallGrain>().Nothing();
        Assert.Equal(5, await Grain<ICallGrain>().Add(2, 3));
        Assert.Equal(7, await Grain<ICallGrain>().AddAsValueTask(3, 4));
        Assert.Null(await Grain<ICallGrain>().Echo(null));
    }

    [Fact]
    public async Task Exceptions_reach_the_caller_with_type_message_and_data()
    {
        var atOnce = await Assert.ThrowsAsync<TooHotException>(() => Grain<ICallGrain>().FailAtOnce());
        Assert.Equal(("At once.", 90), (atOnce.Message, atOnce.Degrees));
        Assert.Equal("Later.", (await Assert.ThrowsAsync<TooHotException>(() => Grain<ICallGrain>().FailLater())).Message);
        await Grain<ICallGrain>().Nothing();
    }

    [Fact]
    public async Task A_one_way_call_returns_before_it_is_executed_keeps_its_turn_and_fails_for_nobody()
    {
        await Gate.Come(Grain<ICallGrain>().Tell("held"), "the one-way call's return");
        await Gate.Reached("held");
        await Gate.Come(Grain<ICallGrain>().TellAndFail(), "the return of one that will fail");
        Assert.Equal(["held"], Gate.Log);
        Gate.Open("held");
        await Gate.Reached("failing");
        await Gate.Come(Grain<ICallGrain>().Nothing(), "a call after the one-way calls");
        Assert.Equal(["held", "failing"], Gate.Log);
    }

    [Fact]
    public async Task A_call_without_response_times_out_and_the_grain_goes_on()
    {
        var call = Grain<ICallGrain>().HoldOneSecond("forever");
        await Assert.ThrowsAsync<TimeoutException>(() => call.WaitAsync(TimeSpan.FromSeconds(30)));
        Gate.Open("forever");
        await Gate.Come(Grain<ICallGrain>().Nothing(), "the next call");
    }

    [Fact]
    public async Task Cancellation_reaches_the_method()
    {
        using var cancellation = new CancellationTokenSource();
        var call = Grain<ICallGrain>().HoldCancellably("held", cancellation.Token);
        await Gate.Reached("held");
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.WaitAsync(TimeSpan.FromSeconds(30)));
        await Gate.Reached("held cancelled");
    }

    [Fact]
    public async Task A_call_cancelled_while_it_waits_ends_at_once()
    {
        var holder = Grain<ICallGrain>().Hold("held");
        await Gate.Reached("held");
        using var cancellation = new CancellationTokenSource();
        var waiting = Grain<ICallGrain>().HoldCancellably("never", cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.False(holder.IsCompleted);
        Gate.Open("held");
        Gate.Open("never");
        await Gate.Come(Task.WhenAll(holder, Grain<ICallGrain>().Nothing()), "the next call");
    }

    [Fact]
    public async Task A_call_that_is_not_cancelled_never_notices_its_token()
    {
        using var cancellation = new CancellationTokenSource();
        Gate.Open("held");
        Assert.Equal("let on", await Grain<ICallGrain>().HoldCancellably("held", cancellation.Token));
    }

    [Fact]
    public void References_are_equal_when_they_name_the_same_grain()
    {
        Assert.Equal(Grain<ICallGrain>("a"), Grain<ICallGrain>("a"));
        Assert.NotEqual(Grain<ICallGrain>("a"), Grain<ICallGrain>("b"));
        Assert.Equal("a", Grain<ICallGrain>("a").GetPrimaryKeyString());
    }
}
