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
        var calls = new[] { worker.Hold("one"), worker.Hold("two"), worker.Hold("three") };
        await Gate.Reached("one");
        await Gate.Reached("two");
        Assert.False(Gate.WasReached("three"));
        Gate.Open("one");
        Gate.Open("two");
        await Gate.Reached("three");
        Gate.Open("three");
        await Gate.Come(Task.WhenAll(calls), "all three calls");
    }
}
