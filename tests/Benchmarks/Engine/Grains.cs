using Orleans.Concurrency;

namespace Fog.Benchmarks.Engine;

public interface IAdder : IGrainWithStringKey
{
    Task<int> Add(int x, int y);
}

public interface IRelay : IGrainWithStringKey
{
    /// <summary>Calls an adder of its own so often, one call after the other.</summary>
    Task<long> Drive(int calls);
}

public interface IKeeper : IGrainWithStringKey
{
    /// <summary>Makes a new state durable.</summary>
    Task Keep();
}

public sealed class Adder : Grain, IAdder
{
    public Task<int> Add(int x, int y) => Task.FromResult(x + y);
}

[Reentrant]
public sealed class Relay : Grain, IRelay
{
    public async Task<long> Drive(int calls)
    {
        var adder = GrainFactory.GetGrain<IAdder>(this.GetPrimaryKeyString());
        long sum = 0;
        for (int i = 0; i < calls; i++)
        {
            sum += await adder.Add(i, 1);
        }

        return sum;
    }
}

public sealed class KeeperState
{
    public int Count { get; set; }

    public string Text { get; set; } = new('x', 100);
}

public sealed class Keeper([PersistentState("kept")] IPersistentState<KeeperState> state) : Grain, IKeeper
{
    public Task Keep()
    {
        state.State.Count++;
        return state.WriteStateAsync();
    }
}
