using System.Runtime.CompilerServices;

namespace Fog.Engine.Contracts.Tests;

public interface IListener : IGrainObserver
{
    void Heard(string what);

    Task<string> Answer(string question);
}

public interface ISpeakerGrain : IGrainWithStringKey
{
    Task Say(IListener listener, string what);

    Task<string> Ask(IListener listener, string question);

    Task<IListener> Myself();
}

public sealed class SpeakerGrain : Grain, ISpeakerGrain, IListener
{
    public Task Say(IListener listener, string what)
    {
        listener.Heard(what);
        return Task.CompletedTask;
    }

    public Task<string> Ask(IListener listener, string question) => listener.Answer(question);

    public Task<IListener> Myself() => Task.FromResult(this.AsReference<IListener>());

    public void Heard(string what)
    {
    }

    public Task<string> Answer(string question) => Task.FromResult($"{this.GetPrimaryKeyString()} was asked {question}");
}

public sealed class ObserverTests : ContractTests
{
    private ISpeakerGrain Speaker => Grain<ISpeakerGrain>();

    [Fact]
    public async Task A_grain_calls_an_object_through_its_reference()
    {
        var listener = new Listener(Gate);
        var reference = Grains.CreateObjectReference<IListener>(listener);
        for (var i = 0; i < 5; i++)
        {
            await Speaker.Say(reference, $"{i}");
        }

        Assert.Equal("why? because", await Speaker.Ask(reference, "why?"));
        string[] words = ["0", "1", "2", "3", "4"];
        foreach (string word in words)
        {
            await Gate.Reached(word);
        }

        Assert.Equal(words, Gate.Log.Order()); // What is not waited for comes in any order.
        GC.KeepAlive(listener);
    }

    [Fact]
    public async Task Word_to_a_deleted_observer_is_lost_and_harms_nobody()
    {
        Listener listener = new(Gate), other = new(Gate);
        var reference = Grains.CreateObjectReference<IListener>(listener);
        var otherReference = Grains.CreateObjectReference<IListener>(other);
        Grains.DeleteObjectReference<IListener>(reference);
        await Speaker.Say(reference, "nobody hears this");
        await Speaker.Say(otherReference, "this is heard");
        await Gate.Reached("this is heard");
        Assert.Equal(["this is heard"], Gate.Log);
        GC.KeepAlive((listener, other));
    }

    [Fact]
    public async Task An_observer_that_only_the_engine_holds_vanishes()
    {
        var reference = ReferenceToNobody();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        await Speaker.Say(reference, "nobody hears this");
        var listener = new Listener(Gate);
        await Speaker.Ask(Grains.CreateObjectReference<IListener>(listener), "all told?");
        Assert.Empty(Gate.Log);
        GC.KeepAlive(listener);
    }

    [Fact]
    public async Task A_grain_can_be_an_observer()
    {
        var reference = await Grain<ISpeakerGrain>("b").Myself();
        Assert.Equal("b was asked why?", await Speaker.Ask(reference, "why?"));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private IListener ReferenceToNobody() => Grains.CreateObjectReference<IListener>(new Listener(Gate));

    private sealed class Listener(Gate gate) : IListener
    {
        public void Heard(string what)
        {
            gate.Log.Enqueue(what);
            gate.Tell(what);
        }

        public Task<string> Answer(string question) => Task.FromResult(question + " because");
    }
}
