namespace Fog.Engine.Contracts.Tests;

public interface IFilteredGrain : IGrainWithStringKey
{
    Task<int> Double(int number);

    Task Nothing();

    ValueTask Fail();
}

public sealed class FilteredGrain(Gate gate) : Grain, IFilteredGrain
{
    public Task<int> Double(int number)
    {
        gate.Log.Enqueue("doubling");
        return Task.FromResult(2 * number);
    }

    public Task Nothing() => Task.CompletedTask;

    public async ValueTask Fail()
    {
        await Task.Yield();
        throw new TooHotException("Filtered.", 98);
    }
}

public abstract class LoggingFilter(Gate gate, string name) : IIncomingGrainCallFilter
{
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        if (context.InterfaceName != typeof(IFilteredGrain).FullName)
        {
            await context.Invoke();
            return;
        }

        gate.Log.Enqueue($"{name} before {context.MethodName} of {context.TargetId.Key}");
        try
        {
            await context.Invoke();
        }
        catch (TooHotException e)
        {
            gate.Log.Enqueue($"{name} saw {e.Degrees}");
            throw;
        }

        gate.Log.Enqueue($"{name} after {context.Grain.GetType().Name}");
    }
}

/// <summary>Added first.</summary>
public sealed class OuterFilter(Gate gate) : LoggingFilter(gate, "outer");

public sealed class InnerFilter(Gate gate) : LoggingFilter(gate, "inner");

public sealed class FilterTests : ContractTests
{
    [Fact]
    public async Task Filters_stand_around_a_call_in_the_order_they_were_added()
    {
        Assert.Equal(14, await Grain<IFilteredGrain>().Double(7));
        Assert.Equal(["outer before Double of a", "inner before Double of a", "doubling", "inner after FilteredGrain", "outer after FilteredGrain"], Gate.Log);
    }

    [Fact]
    public async Task Filters_see_failures_and_the_caller_does_too()
    {
        await Assert.ThrowsAsync<TooHotException>(async () => await Grain<IFilteredGrain>().Fail());
        Assert.Equal(["outer before Fail of a", "inner before Fail of a", "inner saw 98", "outer saw 98"], Gate.Log);
        await Grain<IFilteredGrain>().Nothing();
    }
}
