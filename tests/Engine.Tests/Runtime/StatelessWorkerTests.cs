using Fog.Engine.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;

namespace Fog.Engine.Tests.Runtime;

public interface IWorkerGrain : IGrainWithStringKey
{
    Task Hold(string place);

    Task Work();
}

[StatelessWorker(2)]
public sealed class WorkerGrain(Gate gate) : Grain, IWorkerGrain
{
    public Task Hold(string place) => gate.Pass(place);

    public Task Work() => Task.CompletedTask;
}

public sealed class StatelessWorkerTests : IAsyncLifetime
{
    private readonly Gate _gate = new();
    private EngineHost _host = null!;

    public async Task InitializeAsync() => _host = await EngineHost.StartAsync(
        options => options.AddGrain<WorkerGrain>(),
        services => services.AddSingleton(_gate));

    public async Task DisposeAsync() => await _host.DisposeAsync();

    private IWorkerGrain Grain => _host.GrainFactory.GetGrain<IWorkerGrain>("a");

    [Fact]
    public async Task An_idle_worker_is_used_again()
    {
        for (var i = 0; i < 10; i++)
        {
            await Grain.Work().Come("a call");
        }

        Assert.Equal(1, _host.Census.Activated(typeof(WorkerGrain)));
    }

    [Fact]
    public async Task Idle_workers_are_collected()
    {
        var calls = new[] { Grain.Hold("one"), Grain.Hold("two") };
        _gate.Open("one");
        _gate.Open("two");
        await Task.WhenAll(calls).Come("both calls");
        await _host.AdvanceAsync(TimeSpan.FromMinutes(17));
        Assert.Empty(_host.Census.Live);
        await Grain.Work().Come("a call after the collection");
    }
}
