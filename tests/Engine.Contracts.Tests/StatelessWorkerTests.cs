using Orleans.Concurrency;

namespace Fog.Engine.Contracts.Tests;

public interface IWorkerGrain : IGrainWithStringKey
{
    Task Hold(string place);
}

[StatelessWorker(2)]
public sealed class WorkerGrain(Gate gate) : Grain, IWorkerGrain
{
    public Task Hold(string place) => gate.Pass(place);
}

public sealed class StatelessWorkerTests : ContractTests
{
    [Fact]
    public async Task Calls_of_one_key_run_at_the_same_time_up_to_the_number_of_workers()
    {
        var worker = Grain<IWorkerGrain>();
        string[] places = ["one", "two", "three"];
        var calls = places.Select(worker.Hold).ToArray();
        string first = await Gate.ReachedFirst(places); // Calls to workers come in any order.
        string second = await Gate.ReachedFirst(places.Except([first]));
        string third = places.Except([first, second]).Single();
        Assert.False(Gate.WasReached(third));
        Gate.Open(first);
        Gate.Open(second);
        await Gate.Reached(third);
        Gate.Open(third);
        await Gate.Come(Task.WhenAll(calls), "all three calls");
    }
}
