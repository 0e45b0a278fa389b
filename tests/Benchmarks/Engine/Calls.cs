using Fog.Engine.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;

namespace Fog.Benchmarks.Engine;

/// <summary>Calls to grains in memory: from outside and from a grain, by one caller and by a hundred; then activations and what an idle one holds.</summary>
internal static class Calls
{
    private const int Callers = 100;
    private const int CallsPerRound = 1_000_000;
    private const int Activations = 200_000;
    private const int Rounds = 5;

    public static async Task MeasureAsync(Report report)
    {
        await using var engine = EngineUnderTest.Start(static _ => { });
        var one = engine.Grains.GetGrain<IAdder>("one");
        report.Calls("client to grain, 1 caller", await Rate.MedianAsync(Rounds, () => CallAsync(one, CallsPerRound / 2)));
        report.Calls("client to grain, 100 callers", await Rate.MedianAsync(Rounds, async () =>
            (await Task.WhenAll(Enumerable.Range(0, Callers).Select(i =>
            {
                var adder = engine.Grains.GetGrain<IAdder>($"client-{i}");
                return Task.Run(() => CallAsync(adder, CallsPerRound / Callers));
            }))).Sum()));
        report.Calls("grain to grain, 1 caller", await Rate.MedianAsync(Rounds, () => DriveAsync(engine.Grains, 1)));
        report.Calls("grain to grain, 100 callers", await Rate.MedianAsync(Rounds, () => DriveAsync(engine.Grains, Callers)), atLeast: 2_000_000);
    }

    public static async Task MeasureActivationsAsync(Report report)
    {
        await using var engine = EngineUnderTest.Start(static _ => { });
        int made = 0;
        report.Calls("activations", await Rate.MedianAsync(3, () => ActivateAsync(engine.Grains, ref made)));
        long before = GC.GetTotalMemory(forceFullCollection: true);
        await ActivateAsync(engine.Grains, ref made);
        double bytes = (double)(GC.GetTotalMemory(forceFullCollection: true) - before) / Activations;
        report.Row("an idle activation without state", $"{bytes:N0} B", "below 1,024 B", bytes < 1024);
    }

    private static Task<long> ActivateAsync(IGrainFactory grains, ref int made)
    {
        int first = made;
        made += Activations;
        return Activate();

        async Task<long> Activate()
        {
            var calls = new Task[Callers];
            for (int i = first; i < first + Activations; i += Callers)
            {
                for (int j = 0; j < Callers; j++)
                {
                    calls[j] = grains.GetGrain<IAdder>($"{i + j}").Add(i, j);
                }

                await Task.WhenAll(calls);
            }

            return Activations;
        }
    }

    private static async Task<long> CallAsync(IAdder adder, int calls)
    {
        for (int i = 0; i < calls; i++)
        {
            await adder.Add(i, 1);
        }

        return calls;
    }

    private static async Task<long> DriveAsync(IGrainFactory grains, int callers)
    {
        await Task.WhenAll(Enumerable.Range(0, callers).Select(i => grains.GetGrain<IRelay>($"relay-{i}").Drive(CallsPerRound / callers)));
        return CallsPerRound;
    }
}

/// <summary>An engine as a host has it: thread pool, system clock.</summary>
internal sealed class EngineUnderTest : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private EngineUnderTest(ServiceProvider services) => _services = services;

    public IGrainFactory Grains => _services.GetRequiredService<IGrainFactory>();

    public static EngineUnderTest Start(Action<FogEngineOptions> configure)
    {
        var services = new ServiceCollection();
        services.AddFogEngine(options =>
        {
            options.AddGrains(typeof(Adder).Assembly);
            options.ResponseTimeout = TimeSpan.FromMinutes(10);
            configure(options);
        });
        var provider = services.BuildServiceProvider();
        foreach (var hosted in provider.GetServices<IHostedService>())
        {
            hosted.StartAsync(CancellationToken.None).GetAwaiter().GetResult();
        }

        return new(provider);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var hosted in _services.GetServices<IHostedService>())
        {
            await hosted.StopAsync(CancellationToken.None);
        }

        await _services.DisposeAsync();
    }
}
