using Fog.Engine.Hosting;
using Fog.Engine.Tests.Runtime;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Fog.Engine.Tests.Scheduling;

public sealed class Traffic
{
    private long _pings;

    public long Pings => Volatile.Read(ref _pings);

    public bool IsOver { get; set; }

    public void Count() => Interlocked.Increment(ref _pings);
}

public interface IPingGrain : IGrainWithStringKey
{
    Task Ping();

    Task PingOther(string other, int timesMax);
}

public sealed class PingGrain(Traffic traffic) : Grain, IPingGrain
{
    public Task Ping() => Task.CompletedTask;

    public async Task PingOther(string other, int timesMax)
    {
        var grain = GrainFactory.GetGrain<IPingGrain>(other);
        for (var i = 0; i < timesMax && !traffic.IsOver; i++)
        {
            await grain.Ping();
            traffic.Count();
        }
    }
}

public sealed class ThreadPoolSchedulerTests
{
    [Fact]
    public async Task Grains_that_keep_waking_each_other_do_not_shut_others_out()
    {
        var traffic = new Traffic();
        await using var services = new ServiceCollection()
            .AddSingleton(traffic)
            .AddFogEngine(static options => options.AddGrain<PingGrain>())
            .BuildServiceProvider();
        var engine = services.GetServices<IHostedService>().Single();
        await engine.StartAsync(CancellationToken.None);
        var factory = services.GetRequiredService<IGrainFactory>();
        const int PingsMax = 1_000_000;
        var pairs = Enumerable.Range(0, 3 * Environment.ProcessorCount)
            .Select(i => factory.GetGrain<IPingGrain>($"a{i}").PingOther($"b{i}", PingsMax))
            .ToArray();

        // From a thread that is not the pool's, whose items come into the common queue.
        var outsider = new Thread(() =>
        {
            for (var i = 0; i < 50; i++)
            {
                factory.GetGrain<IPingGrain>("c").Ping().GetAwaiter().GetResult();
            }

            traffic.IsOver = true;
        });
        outsider.Start();
        await Task.WhenAll(pairs).Come("the end of the pairs");
        outsider.Join();

        // Counted in pings that went by, so that a busy machine changes nothing. Shut out, it waits for the last of them.
        Assert.InRange(traffic.Pings, 0, (long)PingsMax * pairs.Length / 4);
        await engine.StopAsync(CancellationToken.None);
    }
}
