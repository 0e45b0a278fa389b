using Fog.Engine.Hosting;
using Fog.Engine.Tests.Runtime;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Fog.Engine.Tests.Scheduling;

public interface IPingGrain : IGrainWithStringKey
{
    Task Ping();

    Task PingOther(string other, int times);
}

public sealed class PingGrain : Grain, IPingGrain
{
    public Task Ping() => Task.CompletedTask;

    public async Task PingOther(string other, int times)
    {
        var grain = GrainFactory.GetGrain<IPingGrain>(other);
        for (var i = 0; i < times; i++)
        {
            await grain.Ping();
        }
    }
}

public sealed class ThreadPoolSchedulerTests
{
    [Fact]
    public async Task Grains_that_keep_waking_each_other_do_not_shut_others_out()
    {
        await using var services = new ServiceCollection()
            .AddFogEngine(static options => options.AddGrain<PingGrain>())
            .BuildServiceProvider();
        foreach (var service in services.GetServices<IHostedService>())
        {
            await service.StartAsync(CancellationToken.None);
        }

        var factory = services.GetRequiredService<IGrainFactory>();
        var pairs = Task.WhenAll(Enumerable.Range(0, 3 * Environment.ProcessorCount)
            .Select(i => factory.GetGrain<IPingGrain>($"a{i}").PingOther($"b{i}", 100_000)));

        // From a thread that is not the pool's, whose items come into the common queue.
        var served = 0;
        var outsider = new Thread(() =>
        {
            while (!pairs.IsCompleted)
            {
                factory.GetGrain<IPingGrain>("c").Ping().GetAwaiter().GetResult();
                served++;
            }
        });
        outsider.Start();
        await pairs.Come("the end of the pairs");
        outsider.Join();
        Assert.True(served >= 100, $"Only {served} calls were served beside the busy pairs.");
        foreach (var service in services.GetServices<IHostedService>())
        {
            await service.StopAsync(CancellationToken.None);
        }
    }
}
