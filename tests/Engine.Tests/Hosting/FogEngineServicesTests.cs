using Fog.Engine.Hosting;
using Fog.Engine.Storage;
using Fog.Engine.Tests.Runtime;
using Fog.Engine.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Fog.Engine.Tests.Hosting;

public sealed class FogEngineServicesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fog-hosting-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task Start(IServiceProvider services)
    {
        foreach (var service in services.GetServices<IHostedService>())
        {
            await service.StartAsync(CancellationToken.None);
        }
    }

    private static async Task Stop(IServiceProvider services)
    {
        foreach (var service in services.GetServices<IHostedService>().Reverse())
        {
            await service.StopAsync(CancellationToken.None);
        }
    }

    [Fact]
    public async Task An_engine_on_threads_and_real_time_keeps_its_state_in_a_file_it_makes()
    {
        for (var round = 1; round <= 2; round++)
        {
            await using var services = new ServiceCollection()
                .AddFogEngine(options =>
                {
                    options.AddGrain<LedgerGrain>();
                    options.DataFile = Path.Combine(_folder, "not", "there", "yet", "fog.db");
                })
                .BuildServiceProvider();
            await Start(services);
            Assert.Equal(round, await services.GetRequiredService<IGrainFactory>().GetGrain<ILedgerGrain>("a").Add(1).Come("the call"));
            await Stop(services).Come("the end");
        }
    }

    [Fact]
    public async Task A_hundred_callers_are_served_on_threads_and_every_write_counts()
    {
        await using var services = new ServiceCollection()
            .AddFogEngine(options =>
            {
                options.AddGrain<LedgerGrain>();
                options.DataFile = Path.Combine(_folder, "fog.db");
            })
            .BuildServiceProvider();
        await Start(services);
        var factory = services.GetRequiredService<IGrainFactory>();
        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(async () =>
        {
            for (var k = 0; k < 20; k++)
            {
                await factory.GetGrain<ILedgerGrain>($"{i % 10}").Add(1);
            }
        }))).Come("two thousand writes");
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(200, (await factory.GetGrain<ILedgerGrain>($"{i}").Read()).Total);
        }

        await Stop(services).Come("the end");
    }

    [Fact]
    public async Task Startup_tasks_run_in_order_when_grains_can_be_called()
    {
        List<int> totals = [];
        await using var host = await EngineHost.StartAsync(options => options
            .AddGrain<LedgerGrain>()
            .AddStartupTask(async (services, _) => totals.Add(await services.GetRequiredService<IGrainFactory>().GetGrain<ILedgerGrain>("a").Add(1)))
            .AddStartupTask(async (services, _) => totals.Add(await services.GetRequiredService<IGrainFactory>().GetGrain<ILedgerGrain>("a").Add(1))));
        Assert.Equal([1, 2], totals);
    }

    [Fact]
    public async Task A_failing_startup_task_fails_the_start()
        => await Assert.ThrowsAsync<TooHotException>(() => EngineHost.StartAsync(options => options
            .AddStartupTask(static (_, _) => throw new TooHotException("Not today.", 97))));

    [Fact]
    public async Task A_call_before_the_start_is_refused()
    {
        await using var services = new ServiceCollection()
            .AddFogEngine(static options => options.AddGrain<LedgerGrain>())
            .BuildServiceProvider();
        var refusal = await Assert.ThrowsAsync<OrleansMessageRejectionException>(
            () => services.GetRequiredService<IGrainFactory>().GetGrain<ILedgerGrain>("a").Read());
        Assert.Contains("has not started", refusal.Message);
    }

    [Fact]
    public async Task A_damaged_file_fails_the_start_by_name()
    {
        var path = Path.Combine(_folder, "fog.db");
        File.WriteAllText(path, new string('x', 10_000));
        await using var services = new ServiceCollection()
            .AddFogEngine(options => options.DataFile = path)
            .BuildServiceProvider();
        Assert.Contains(path, (await Assert.ThrowsAsync<DamagedStoreException>(() => Start(services))).Message);
    }

    [Fact]
    public async Task Every_grain_class_of_an_assembly_can_be_added_at_once()
    {
        await using var host = await EngineHost.StartAsync(static options => options
            .AddGrain<LedgerGrain>()
            .AddGrains(typeof(object).Assembly)); // Which has none.
        Assert.Equal(0, host.Census.Activated(typeof(LedgerGrain)));
    }
}
