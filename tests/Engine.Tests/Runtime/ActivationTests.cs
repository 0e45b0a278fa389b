using Fog.Engine.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;

namespace Fog.Engine.Tests.Runtime;

public interface ILifeGrain : IGrainWithStringKey
{
    Task<int> Use();

    Task Hold(string place);

    Task EndSoon(string place);

    Task Stay(TimeSpan delay);
}

public class LifeGrain(Gate gate, TimeProvider clock) : Grain, ILifeGrain, IDisposable
{
    private int _uses;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        gate.Log.Enqueue($"{this.GetPrimaryKeyString()} activates at {clock.GetUtcNow():HH:mm}");
        if (this.GetPrimaryKeyString().StartsWith("slow", StringComparison.Ordinal))
        {
            await gate.Pass("activating");
        }

        if (this.GetPrimaryKeyString().StartsWith("bad", StringComparison.Ordinal) && gate.WasReached("broken"))
        {
            throw new TooHotException("It does not want to live.", 94);
        }

        gate.Log.Enqueue("active");
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        gate.Log.Enqueue($"{this.GetPrimaryKeyString()} ends: {reason.ReasonCode}");
        return this.GetPrimaryKeyString().StartsWith("slow", StringComparison.Ordinal) ? gate.Pass("ending") : Task.CompletedTask;
    }

    public void Dispose()
    {
        gate.Log.Enqueue("disposed");
        GC.SuppressFinalize(this);
    }

    public Task<int> Use()
    {
        gate.Log.Enqueue("used");
        return Task.FromResult(++_uses);
    }

    public Task Hold(string place) => gate.Pass(place);

    public async Task EndSoon(string place)
    {
        DeactivateOnIdle();
        await gate.Pass(place);
        gate.Log.Enqueue("last words");
    }

    public Task Stay(TimeSpan delay)
    {
        DelayDeactivation(delay);
        return Task.CompletedTask;
    }
}

public interface IShortLifeGrain : IGrainWithStringKey
{
    Task Use();
}

[CollectionAgeLimit(Minutes = 3)]
public sealed class ShortLifeGrain : Grain, IShortLifeGrain
{
    public Task Use() => Task.CompletedTask;
}

public interface ILongLifeGrain : IGrainWithStringKey
{
    Task Use();
}

[KeepAlive]
public sealed class LongLifeGrain : Grain, ILongLifeGrain
{
    public Task Use() => Task.CompletedTask;
}

public interface IEphemeralGrain : IGrainWithStringKey
{
    Task<int> Use();
}

public sealed class EphemeralGrain : Grain, IEphemeralGrain
{
    private int _uses;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public Task<int> Use() => Task.FromResult(++_uses);
}

public interface IBrokenGrain : IGrainWithStringKey
{
    Task Use();
}

[GrainType("fragile")]
public sealed class BrokenGrain(IFormatProvider notRegistered) : Grain, IBrokenGrain
{
    public Task Use() => Task.FromResult(notRegistered);
}

public sealed class ActivationTests : IAsyncLifetime
{
    private readonly Gate _gate = new();
    private EngineHost _host = null!;

    public async Task InitializeAsync() => _host = await EngineHost.StartAsync(
        options => options.AddGrain<LifeGrain>().AddGrain<ShortLifeGrain>().AddGrain<LongLifeGrain>().AddGrain<EphemeralGrain>().AddGrain<BrokenGrain>(),
        services => services.AddSingleton(_gate));

    public async Task DisposeAsync() => await _host.DisposeAsync();

    private ILifeGrain Grain(string key = "a") => _host.GrainFactory.GetGrain<ILifeGrain>(key);

    [Fact]
    public async Task A_reference_costs_no_activation_and_the_first_call_makes_one()
    {
        var grain = Grain();
        await _host.SettleAsync();
        Assert.Empty(_host.Census.Live);
        await grain.Use().Come("the call");
        await grain.Use().Come("the second call");
        Assert.Equal(["a activates at 00:00", "active", "used", "used"], _gate.Log);
        Assert.Equal([GrainId.Create("life", "a")], _host.Census.Live);
        Assert.Equal(1, _host.Census.Activated(typeof(LifeGrain)));
    }

    [Fact]
    public async Task A_failed_activation_fails_the_calls_that_waited_and_the_next_call_tries_again()
    {
        _ = _gate.Pass("broken");
        var calls = new[] { Grain("bad").Use(), Grain("bad").Use() };
        foreach (var call in calls)
        {
            var failure = await Assert.ThrowsAsync<TooHotException>(() => call).Come("the failure");
            Assert.Equal("It does not want to live.", failure.Message);
        }

        Assert.Empty(_host.Census.Live);
        Assert.DoesNotContain("bad ends: ActivationFailed", _gate.Log);
        await Assert.ThrowsAsync<TooHotException>(() => Grain("bad").Use()).Come("the second failure");
    }

    [Fact]
    public async Task A_missing_service_fails_the_call_by_its_name()
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => _host.GrainFactory.GetGrain<IBrokenGrain>("a").Use()).Come("the failure");
        Assert.Contains(nameof(IFormatProvider), failure.Message);
    }

    [Fact]
    public async Task An_activation_that_takes_too_long_fails_its_calls()
    {
        var call = Grain("slow").Hold("never");
        await _gate.Reached("activating");
        await _host.AdvanceAsync(EngineLimits.ActivationTimeout + TimeSpan.FromSeconds(1));
        await Assert.ThrowsAnyAsync<Exception>(() => call).Come("the failure");
        Assert.Empty(_host.Census.Live);
    }

    [Fact]
    public async Task DeactivateOnIdle_lets_the_call_end_first_and_sends_waiting_calls_to_a_new_activation()
    {
        var last = Grain().EndSoon("here");
        await _gate.Reached("here");
        var next = Grain().Use();
        await _host.SettleAsync();
        _gate.Open("here");
        await last.Come("the last call");
        Assert.Equal(1, await next.Come("the first call of the next activation"));
        Assert.Equal(
            ["a activates at 00:00", "active", "last words", "a ends: ApplicationRequested", "disposed", "a activates at 00:00", "active", "used"],
            _gate.Log);
    }

    [Fact]
    public async Task A_grain_that_ends_as_it_activates_serves_one_call_each_time()
    {
        var grain = _host.GrainFactory.GetGrain<IEphemeralGrain>("a");
        var uses = await Task.WhenAll(grain.Use(), grain.Use(), grain.Use()).Come("three calls");
        Assert.Equal([1, 1, 1], uses);
        await _host.SettleAsync();
        Assert.Empty(_host.Census.Live);
        Assert.Equal(3, _host.Census.Activated(typeof(EphemeralGrain)));
    }

    [Fact]
    public async Task A_new_activation_begins_only_when_the_old_one_has_ended()
    {
        _gate.Open("activating");
        _gate.Open("here");
        await Grain("slow").EndSoon("here").Come("the call");
        await _gate.Reached("ending");
        var next = Grain("slow").Use();
        await _host.SettleAsync();
        Assert.False(next.IsCompleted);
        Assert.Single(_host.Census.Live);
        _gate.Open("ending");
        Assert.Equal(1, await next.Come("the next activation's call"));
    }

    [Fact]
    public async Task An_activation_that_ends_too_slowly_is_given_up()
    {
        _gate.Open("activating");
        _gate.Open("here");
        await Grain("slow").EndSoon("here").Come("the call");
        await _gate.Reached("ending");
        await _host.AdvanceAsync(EngineLimits.DeactivationTimeout + TimeSpan.FromSeconds(1));
        Assert.Empty(_host.Census.Live);
        Assert.Equal("disposed", _gate.Log.Last());
        _gate.Open("ending");
    }

    [Fact]
    public async Task An_idle_activation_is_collected_after_fifteen_minutes_without_use()
    {
        await Grain().Use();
        await _host.AdvanceAsync(TimeSpan.FromMinutes(10));
        await Grain().Use();
        await _host.AdvanceAsync(TimeSpan.FromMinutes(14));
        Assert.Single(_host.Census.Live);
        await _host.AdvanceAsync(TimeSpan.FromMinutes(3));
        Assert.Empty(_host.Census.Live);
        Assert.Equal(["a ends: ActivationIdle", "disposed"], _gate.Log.TakeLast(2));
    }

    [Fact]
    public async Task An_executing_activation_is_not_idle()
    {
        var call = Grain().Hold("here");
        await _gate.Reached("here");
        await _host.AdvanceAsync(TimeSpan.FromMinutes(40));
        Assert.Single(_host.Census.Live);
        _gate.Open("here");
        await Assert.ThrowsAsync<TimeoutException>(() => call);
        await _host.AdvanceAsync(TimeSpan.FromMinutes(17));
        Assert.Empty(_host.Census.Live);
    }

    [Fact]
    public async Task DelayDeactivation_keeps_an_activation_for_that_long()
    {
        await Grain().Stay(TimeSpan.FromMinutes(60));
        await _host.AdvanceAsync(TimeSpan.FromMinutes(59));
        Assert.Single(_host.Census.Live);
        await _host.AdvanceAsync(TimeSpan.FromMinutes(3));
        Assert.Empty(_host.Census.Live);

        await Grain("b").Stay(TimeSpan.FromMinutes(60));
        await Grain("b").Stay(TimeSpan.Zero); // Takes it back.
        await _host.AdvanceAsync(TimeSpan.FromMinutes(18));
        Assert.Empty(_host.Census.Live);
    }

    [Fact]
    public async Task Classes_may_have_their_own_age_or_none()
    {
        await _host.GrainFactory.GetGrain<IShortLifeGrain>("a").Use();
        await _host.GrainFactory.GetGrain<ILongLifeGrain>("a").Use();
        await _host.AdvanceAsync(TimeSpan.FromMinutes(5));
        Assert.Equal([GrainId.Create("longlife", "a")], _host.Census.Live);
        await _host.AdvanceAsync(TimeSpan.FromHours(5));
        Assert.Single(_host.Census.LiveByClass);
    }

    [Fact]
    public async Task Stopping_ends_every_activation_and_later_calls_are_refused()
    {
        await Grain("a").Use();
        await Grain("b").Use();
        var old = Grain("a");
        await _host.RestartAsync();
        Assert.Equal(["a ends: ShuttingDown", "b ends: ShuttingDown"], _gate.Log.Where(static line => line.Contains("ends")).Order());
        await Assert.ThrowsAsync<OrleansMessageRejectionException>(() => old.Use()).Come("the refusal");
        Assert.Equal(1, await Grain("a").Use().Come("a call after the restart"));
    }

    [Fact]
    public async Task A_crash_tells_nobody()
    {
        await Grain().Use();
        await _host.CrashAsync();
        Assert.DoesNotContain(_gate.Log, static line => line.Contains("ends"));
        Assert.Equal(1, await Grain().Use().Come("a call after the crash"));
    }

    [Fact]
    public void Only_the_engine_constructs_grains()
        => Assert.Throws<InvalidOperationException>(() => new ShortLifeGrain());

    [Fact]
    public async Task Two_classes_of_one_grain_type_do_not_start()
        => Assert.Contains("fragile", (await Assert.ThrowsAsync<ArgumentException>(() => EngineHost.StartAsync(o => o.AddGrain<BrokenGrain>().AddGrain<OtherFragileGrain>()))).Message);

    [GrainType("fragile")]
    public sealed class OtherFragileGrain : Grain, IBrokenGrain
    {
        public Task Use() => Task.CompletedTask;
    }
}
