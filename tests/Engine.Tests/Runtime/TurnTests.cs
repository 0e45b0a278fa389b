using Fog.Engine.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Fog.Engine.Tests.Runtime;

public interface ITurnGrain : IGrainWithStringKey
{
    Task<int> Count();

    Task Hold(string place);
}

public sealed class TurnGrain(Gate gate) : Grain, ITurnGrain
{
    private int _count;

    public Task<int> Count() => Task.FromResult(++_count);

    public Task Hold(string place) => gate.Pass(place);
}

/// <summary>What the embedded engine promises of turns beyond tests/Engine.Contracts.Tests. Orleans promises no order of calls that are not awaited.</summary>
public sealed class TurnTests : IAsyncLifetime
{
    private readonly Gate _gate = new();
    private EngineHost _host = null!;

    public async Task InitializeAsync() => _host = await EngineHost.StartAsync(
        options => options.AddGrain<TurnGrain>(),
        services => services.AddSingleton(_gate));

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Calls_start_in_the_order_they_were_sent()
    {
        var grain = _host.GrainFactory.GetGrain<ITurnGrain>("a");
        var first = grain.Hold("first");
        await _gate.Reached("first");
        var counts = Enumerable.Range(0, 20).Select(_ => grain.Count()).ToArray();
        _gate.Open("first");
        Assert.Equal(Enumerable.Range(1, 20), await Task.WhenAll(counts).Come("twenty counts"));
        await first;
    }
}
