using Fog.Engine.Contracts.Tests.Clusters;

namespace Fog.Engine.Contracts.Tests;

/// <summary>A cluster for each test. What holds here holds on the embedded engine and on Microsoft Orleans.</summary>
public abstract class ContractTests : IAsyncLifetime
{
    private Cluster _cluster = null!;

    protected Gate Gate { get; } = new();

    public async Task InitializeAsync() => _cluster = await Cluster.Start(Gate);

    public async Task DisposeAsync()
    {
        Gate.End();
        await Gate.Come(_cluster.DisposeAsync().AsTask(), "the end of the cluster");
    }

    protected T Grain<T>(string key = "a")
        where T : IGrainWithStringKey => _cluster.Grains.GetGrain<T>(key);

    protected IGrainFactory Grains => _cluster.Grains;

    protected Task Restart() => Gate.Come(_cluster.Restart(), "a restart");
}

[GenerateSerializer, Alias("contracts.TooHot")]
public sealed class TooHotException(string message, int degrees) : Exception(message)
{
    [Id(0)]
    public int Degrees { get; } = degrees;
}
