using System.Runtime.CompilerServices;
using Fog.Engine.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Fog.Engine.Tests.Runtime;

public interface IListener : IGrainObserver
{
    void Heard(string what);

    Task<string> Answer(string question);

    Task HoldListener(string place);
}

public interface ISpeakerGrain : IGrainWithStringKey
{
    Task Say(IListener listener, string what);

    Task<string> Ask(IListener listener, string question);

    Task<IListener> Myself();
}

public sealed class SpeakerGrain(Gate gate) : Grain, ISpeakerGrain, IListener
{
    public Task Say(IListener listener, string what)
    {
        listener.Heard(what);
        return Task.CompletedTask;
    }

    public Task<string> Ask(IListener listener, string question) => listener.Answer(question);

    public Task<IListener> Myself() => Task.FromResult(this.AsReference<IListener>());

    public void Heard(string what) => gate.Log.Enqueue($"{this.GetPrimaryKeyString()} heard {what}");

    public Task<string> Answer(string question) => Task.FromResult($"{this.GetPrimaryKeyString()} was asked {question}");

    public Task HoldListener(string place) => gate.Pass(place);
}

public sealed class ObserverTests : IAsyncLifetime
{
    private readonly Gate _gate = new();
    private EngineHost _host = null!;

    public async Task InitializeAsync() => _host = await EngineHost.StartAsync(
        options => options.AddGrain<SpeakerGrain>(),
        services => services.AddSingleton(_gate));

    public async Task DisposeAsync() => await _host.DisposeAsync();

    private ISpeakerGrain Grain => _host.GrainFactory.GetGrain<ISpeakerGrain>("a");

    [Fact]
    public async Task A_grain_calls_an_object_through_its_reference()
    {
        var listener = new Listener(_gate);
        var reference = _host.GrainFactory.CreateObjectReference<IListener>(listener);
        await Grain.Say(reference, "hello").Come("the call");
        await _host.SettleAsync();
        Assert.Equal(["hello"], _gate.Log);
        Assert.Equal("why? because", await Grain.Ask(reference, "why?").Come("the answer"));
        GC.KeepAlive(listener);
    }

    [Fact]
    public async Task Calls_to_an_observer_run_one_at_a_time_in_order()
    {
        var listener = new Listener(_gate);
        var reference = _host.GrainFactory.CreateObjectReference<IListener>(listener);
        var held = reference.HoldListener("held");
        for (var i = 0; i < 10; i++)
        {
            reference.Heard($"{i}");
        }

        await _gate.Reached("held");
        await _host.SettleAsync();
        Assert.Empty(_gate.Log);
        _gate.Open("held");
        await held.Come("the held call");
        await _host.SettleAsync();
        Assert.Equal(Enumerable.Range(0, 10).Select(static i => $"{i}"), _gate.Log);
        GC.KeepAlive(listener);
    }

    [Fact]
    public async Task A_call_to_a_deleted_observer_fails_by_name()
    {
        var listener = new Listener(_gate);
        var reference = _host.GrainFactory.CreateObjectReference<IListener>(listener);
        _host.GrainFactory.DeleteObjectReference<IListener>(reference);
        await Assert.ThrowsAsync<ClientNotAvailableException>(() => Grain.Ask(reference, "anybody?")).Come("the failure");
        await Grain.Say(reference, "nobody hears this").Come("a one-way call to nobody");
        Assert.Empty(_gate.Log);
        GC.KeepAlive(listener);
    }

    [Fact]
    public async Task An_observer_that_only_the_engine_holds_vanishes()
    {
        var reference = ReferenceToNobody();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        await Assert.ThrowsAsync<ClientNotAvailableException>(() => Grain.Ask(reference, "anybody?")).Come("the failure");
    }

    [Fact]
    public async Task An_object_passed_without_a_reference_is_refused()
    {
        var failure = await Assert.ThrowsAsync<ArgumentException>(() => Grain.Say(new Listener(_gate), "hello"));
        Assert.Contains("CreateObjectReference<IListener>", failure.Message);
    }

    [Fact]
    public void Only_references_to_observers_can_be_deleted()
        => Assert.Throws<ArgumentException>(() => _host.GrainFactory.DeleteObjectReference<IListener>(new Listener(_gate)));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private IListener ReferenceToNobody() => _host.GrainFactory.CreateObjectReference<IListener>(new Listener(_gate));

    private sealed class Listener(Gate gate) : IListener
    {
        public void Heard(string what) => gate.Log.Enqueue(what);

        public Task<string> Answer(string question) => Task.FromResult(question + " because");

        public Task HoldListener(string place) => gate.Pass(place);
    }
}
