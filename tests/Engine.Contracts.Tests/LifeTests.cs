namespace Fog.Engine.Contracts.Tests;

public interface ILifeGrain : IGrainWithStringKey
{
    Task<int> Use();

    Task EndSoon(string place);
}

public sealed class LifeGrain(Gate gate) : Grain, ILifeGrain
{
    private int _uses;

    private string Key => this.GetPrimaryKeyString();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        gate.Log.Enqueue($"{Key} activates");
        if (Key == "slow")
        {
            await gate.Pass("activating");
        }

        if (Key == "bad" && !gate.WasReached("mended"))
        {
            throw new TooHotException("It does not want to live.", 94);
        }

        gate.Log.Enqueue($"{Key} is active");
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        gate.Log.Enqueue($"{Key} ends: {reason.ReasonCode}");
        return Task.CompletedTask;
    }

    public Task<int> Use()
    {
        gate.Log.Enqueue($"{Key} is used");
        return Task.FromResult(++_uses);
    }

    public async Task EndSoon(string place)
    {
        DeactivateOnIdle();
        await gate.Pass(place);
        gate.Log.Enqueue($"{Key} says its last words");
    }
}

public sealed class LifeTests : ContractTests
{
    [Fact]
    public async Task The_first_call_activates_a_grain_and_the_next_one_finds_it()
    {
        var grain = Grain<ILifeGrain>();
        Assert.Empty(Gate.Log);
        Assert.Equal(1, await grain.Use());
        Assert.Equal(2, await grain.Use());
        Assert.Equal(["a activates", "a is active", "a is used", "a is used"], Gate.Log);
    }

    [Fact]
    public async Task Calls_wait_until_OnActivateAsync_has_ended()
    {
        var call = Grain<ILifeGrain>("slow").Use();
        await Gate.Reached("activating");
        Assert.Equal(["slow activates"], Gate.Log);
        Gate.Open("activating");
        await Gate.Come(call, "the call");
        Assert.Equal(["slow activates", "slow is active", "slow is used"], Gate.Log);
    }

    [Fact]
    public async Task A_failed_activation_fails_its_call_and_the_next_call_tries_again()
    {
        await Assert.ThrowsAnyAsync<Exception>(() => Grain<ILifeGrain>("bad").Use());
        Assert.DoesNotContain("bad is active", Gate.Log);
        Gate.Tell("mended");
        Assert.Equal(1, await Grain<ILifeGrain>("bad").Use());
    }

    [Fact]
    public async Task DeactivateOnIdle_lets_the_call_end_first_and_sends_waiting_calls_to_a_new_activation()
    {
        var last = Grain<ILifeGrain>().EndSoon("here");
        await Gate.Reached("here");
        var next = Grain<ILifeGrain>().Use();
        Gate.Open("here");
        await Gate.Come(Task.WhenAll(last, next), "the last call and the first of the next activation");
        Assert.Equal(1, await next);
        Assert.Equal(
            ["a activates", "a is active", "a says its last words", "a ends: ApplicationRequested", "a activates", "a is active", "a is used"],
            Gate.Log);
    }

    [Fact]
    public async Task A_host_that_stops_tells_every_grain_why()
    {
        await Grain<ILifeGrain>("a").Use();
        await Grain<ILifeGrain>("b").Use();
        await Restart();
        Assert.Equal(["a ends: ShuttingDown", "b ends: ShuttingDown"], Gate.Log.Where(static line => line.Contains("ends", StringComparison.Ordinal)).Order());
        Assert.Equal(1, await Grain<ILifeGrain>("a").Use());
    }
}
