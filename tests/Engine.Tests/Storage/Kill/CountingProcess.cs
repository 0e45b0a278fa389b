using Fog.Engine.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Fog.Engine.Tests.Storage.Kill;

/// <summary>The process that is killed: the production engine on a file, counters that count as fast as they are acknowledged, and a line about each.</summary>
internal static class CountingProcess
{
    internal const int Counters = 8;

    /// <param name="args">The data file.</param>
    private static async Task<int> Main(string[] args)
    {
        var services = new ServiceCollection();
        services.AddFogEngine(options =>
        {
            options.DataFile = args[0];
            options.AddGrain<CounterGrain>();
        });
        await using var provider = services.BuildServiceProvider();
        Say("opening");
        foreach (var service in provider.GetServices<IHostedService>())
        {
            await service.StartAsync(CancellationToken.None);
        }

        var grains = provider.GetRequiredService<IGrainFactory>();
        for (int i = 0; i < Counters; i++)
        {
            var found = await grains.GetGrain<ICounterGrain>($"{i}").Read();
            Say($"found {i} {found.Total} {found.Reminded}");
        }

        await Task.WhenAll(Enumerable.Range(0, Counters).Select(i => Count(grains, i)));
        return 0;
    }

    private static async Task Count(IGrainFactory grains, int counter)
    {
        while (true)
        {
            Say($"counted {counter} {await grains.GetGrain<ICounterGrain>($"{counter}").Add()}");
        }
    }

    /// <summary>A line is in the pipe, whole, when this returns: it outlives the process.</summary>
    private static void Say(string line)
    {
        lock (typeof(CountingProcess))
        {
            Console.Out.WriteLine(line);
            Console.Out.Flush();
        }
    }
}
