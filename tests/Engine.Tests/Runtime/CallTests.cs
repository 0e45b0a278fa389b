using Fog.Engine.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;

namespace Fog.Engine.Tests.Runtime;

public sealed class TooHotException(string message, int degrees) : Exception(message)
{
    public int Degrees { get; } = degrees;
}

public interface ICallGrain : IGrainWithStringKey
{
    Task Nothing();

    Task<int> Add(int x, int y);

    ValueTask NothingAsValueTask();

    ValueTask<int> AddAsValueTask(int x, int y);

    Task<string?> Echo(string? text);

    Task FailAtOnce();

    Task FailLater();

    ValueTask<int> FailAsValueTask();

    Task ReturnNull();

    [OneWay]
    Task Tell(string what);

    void TellVoid(string what);

    [OneWay]
    ValueTask TellAndFail();

    Task Hold(string place);

    [ResponseTimeout("00:00:05")]
    Task HoldFiveSeconds(string place);

    [ResponseTimeout("00:00:05")]
    Task LogShortly(string what);

    Task<string> HoldCancellably(string place, CancellationToken cancellation);

    Task SendMyself(string other);

    Task Receive(ICallGrain sender);
}

public sealed class CallGrain(Gate gate) : Grain, ICallGrain
{
    public Task Nothing() => Task.CompletedTask;

    public Task<int> Add(int x, int y) => Task.FromResult(x + y);

    public ValueTask NothingAsValueTask() => ValueTask.CompletedTask;

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

    public ValueTask<int> FailAsValueTask() => throw new TooHotException("As a value task.", 92);

    public Task ReturnNull() => null!;

    public Task Tell(string what)
    {
        gate.Log.Enqueue(what);
        return gate.Pass(what);
    }

    public void TellVoid(string what) => gate.Log.Enqueue(what);

    public ValueTask TellAndFail()
    {
        gate.Log.Enqueue("failing");
        throw new TooHotException("Nobody hears this.", 93);
    }

    public Task Hold(string place) => gate.Pass(place);

    public Task HoldFiveSeconds(string place) => gate.Pass(place);

    public Task LogShortly(string what)
    {
        gate.Log.Enqueue(what);
        return Task.CompletedTask;
    }

    public async Task<string> HoldCancellably(string place, CancellationToken cancellation)
    {
        var here = SynchronizationContext.Current;
        cancellation.Register(() => gate.Log.Enqueue(SynchronizationContext.Current == here ? "cancelled in turn" : "cancelled elsewhere"));
        await gate.Pass(place).WaitAsync(cancellation);
        return "let on";
    }

    public Task SendMyself(string other) => GrainFactory.GetGrain<ICallGrain>(other).Receive(this);

    public Task Receive(ICallGrain sender)
    {
        gate.Log.Enqueue(sender is Grain ? "an object" : $"a reference to {sender.GetPrimaryKeyString()}");
        return Task.CompletedTask;
    }
}

public interface IUnimplementedGrain : IGrainWithStringKey
{
    Task Nothing();
}

public interface ITwiceGrain : IGrainWithStringKey
{
    Task<string> Name();
}

public sealed class FirstTwiceGrain : Grain, ITwiceGrain
{
    public Task<string> Name() => Task.FromResult("first");
}

public sealed class SecondTwiceGrain : Grain, ITwiceGrain
{
    public Task<string> Name() => Task.FromResult("second");
}

public sealed class CallTests : IAsyncLifetime
{
    private readonly Gate _gate = new();
    private EngineHost _host = null!;

    public async Task InitializeAsync() => _host = await EngineHost.StartAsync(
        options => options.AddGrain<CallGrain>().AddGrain<FirstTwiceGrain>().AddGrain<SecondTwiceGrain>(),
        services => services.AddSingleton(_gate));

    public async Task DisposeAsync() => await _host.DisposeAsync();

    private ICallGrain Grain(string key = "a") => _host.GrainFactory.GetGrain<ICallGrain>(key);

    [Fact]
    public async Task Every_kind_of_return_comes_back()
    {
        await Grain().Nothing().Come("a task");
        Assert.Equal(5, await Grain().Add(2, 3).Come("a result"));
        await Grain().NothingAsValueTask();
        Assert.Equal(7, await Grain().AddAsValueTask(3, 4));
        Assert.Null(await Grain().Echo(null).Come("a null"));
    }

    [Fact]
    public async Task Exceptions_reach_the_caller_with_type_message_and_data()
    {
        var atOnce = await Assert.ThrowsAsync<TooHotException>(() => Grain().FailAtOnce());
        Assert.Equal(("At once.", 90), (atOnce.Message, atOnce.Degrees));
        Assert.Equal("Later.", (await Assert.ThrowsAsync<TooHotException>(() => Grain().FailLater())).Message);
        Assert.Equal("As a value task.", (await Assert.ThrowsAsync<TooHotException>(async () => await Grain().FailAsValueTask())).Message);
        await Grain().Nothing().Come("a call after the failures");
    }

    [Fact]
    public async Task A_method_that_returns_no_task_fails_its_call_only()
    {
        await Assert.ThrowsAnyAsync<Exception>(() => Grain().ReturnNull()).Come("the failure");
        await Grain().Nothing().Come("the next call");
    }

    [Fact]
    public async Task A_one_way_call_returns_before_it_is_executed_and_keeps_its_turn()
    {
        var told = Grain().Tell("held");
        Assert.True(told.IsCompletedSuccessfully);
        Grain().TellVoid("void");
        await Grain().TellAndFail();
        await _gate.Reached("held");
        Assert.Equal(["held"], _gate.Log);

        _gate.Open("held");
        await Grain().Nothing().Come("a call after the one-way calls");
        Assert.Equal(["held", "void", "failing"], _gate.Log);
    }

    [Fact]
    public async Task A_call_without_response_times_out_after_thirty_seconds()
    {
        var call = Grain().Hold("forever");
        await _gate.Reached("forever");
        await _host.AdvanceAsync(TimeSpan.FromSeconds(29.9));
        Assert.False(call.IsCompleted);
        await _host.AdvanceAsync(TimeSpan.FromSeconds(0.7));
        var timeout = await Assert.ThrowsAsync<TimeoutException>(() => call).Come("the time-out");
        Assert.Contains("ICallGrain.Hold of call/a", timeout.Message);

        _gate.Open("forever"); // A late answer changes nothing.
        await Grain().Nothing().Come("the next call");
    }

    [Fact]
    public async Task A_method_may_have_its_own_time_out()
    {
        var call = Grain().HoldFiveSeconds("forever");
        await _host.AdvanceAsync(TimeSpan.FromSeconds(6));
        await Assert.ThrowsAsync<TimeoutException>(() => call).Come("the time-out");
        _gate.Open("forever");
    }

    [Fact]
    public async Task A_call_that_timed_out_while_it_waited_is_not_executed()
    {
        var holder = Grain().Hold("held");
        await _gate.Reached("held");
        var waiting = Grain().LogShortly("too late");
        await _host.AdvanceAsync(TimeSpan.FromSeconds(6));
        await Assert.ThrowsAsync<TimeoutException>(() => waiting).Come("the time-out");
        _gate.Open("held");
        await holder.Come("the first call");
        await Grain().LogShortly("in time").Come("the next call");
        Assert.Equal(["in time"], _gate.Log);
    }

    [Fact]
    public async Task Thousands_of_calls_can_wait_and_each_times_out()
    {
        var holder = Grain().Hold("held");
        await _gate.Reached("held");
        var waiting = Enumerable.Range(0, 5000).Select(_ => Grain().LogShortly("never")).ToArray();
        await _host.AdvanceAsync(TimeSpan.FromSeconds(6));
        await Assert.ThrowsAsync<TimeoutException>(() => Task.WhenAll(waiting)).Come("the time-outs");
        Assert.All(waiting, static call => Assert.IsType<TimeoutException>(call.Exception!.InnerException));
        _gate.Open("held");
        await holder.Come("the first call");
    }

    [Fact]
    public async Task Cancellation_reaches_the_method_in_a_turn_of_its_grain()
    {
        using var cancellation = new CancellationTokenSource();
        var call = Grain().HoldCancellably("held", cancellation.Token);
        await _gate.Reached("held");
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call).Come("the cancellation");
        await _host.SettleAsync(); // The answer may come before the last callback of the token.
        Assert.Equal(["cancelled in turn"], _gate.Log);
    }

    [Fact]
    public async Task A_call_cancelled_while_it_waits_ends_at_once_and_is_not_executed()
    {
        var holder = Grain().Hold("held");
        await _gate.Reached("held");
        using var cancellation = new CancellationTokenSource();
        var waiting = Grain().HoldCancellably("never", cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting).Come("the cancellation");
        _gate.Open("held");
        await holder.Come("the first call");
        await Grain().Nothing().Come("the next call");
        Assert.False(_gate.WasReached("never"));
    }

    [Fact]
    public async Task A_grain_that_passes_itself_passes_a_reference()
    {
        await Grain("a").SendMyself("b").Come("the call");
        Assert.Equal(["a reference to a"], _gate.Log);
    }

    [Fact]
    public void An_interface_that_no_class_implements_is_refused_by_name()
        => Assert.Contains(nameof(IUnimplementedGrain), Assert.Throws<ArgumentException>(() => _host.GrainFactory.GetGrain<IUnimplementedGrain>("a")).Message);

    [Fact]
    public async Task Several_classes_of_one_interface_are_told_apart_by_name()
    {
        Assert.Contains("SecondTwiceGrain", Assert.Throws<ArgumentException>(() => _host.GrainFactory.GetGrain<ITwiceGrain>("a")).Message);
        Assert.Equal("second", await _host.GrainFactory.GetGrain<ITwiceGrain>("a", typeof(SecondTwiceGrain).FullName).Name());
    }

    [Fact]
    public void References_are_equal_when_they_name_the_same_grain()
    {
        Assert.Equal(Grain("a"), Grain("a"));
        Assert.NotEqual(Grain("a"), Grain("b"));
        Assert.Equal("call/a", Grain("a").ToString());
        Assert.Equal(GrainId.Create("call", "a"), Grain("a").GetGrainId());
        Assert.Throws<ArgumentException>(() => Grain(""));
    }

    [Fact]
    public async Task A_failed_call_keeps_its_grain_on_its_own_context()
    {
        // The caller's continuation must not run inside the turn that answers it.
        await Assert.ThrowsAsync<TooHotException>(() => Grain().FailLater());
        Assert.Null(SynchronizationContext.Current as IGrainContext);
    }
}
