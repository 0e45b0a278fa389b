using Fog.Engine.Runtime;
using Fog.Engine.Scheduling;
using Fog.Engine.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fog.Engine.Hosting;

/// <summary>An engine for tests: in this process, on a clock that only the test advances, with storage that survives its restarts.</summary>
public sealed class EngineHost : IAsyncDisposable
{
    private readonly Action<FogEngineOptions> _configure;
    private readonly Action<IServiceCollection>? _services;
    private readonly MemoryRecordStore _memory = new();
    private SettlingScheduler _scheduler = null!;
    private ServiceProvider _provider = null!;

    private EngineHost(Action<FogEngineOptions> configure, Action<IServiceCollection>? services)
    {
        _configure = configure;
        _services = services;
    }

    /// <summary>The clock of engine and grains; the same one over restarts.</summary>
    public ManualClock Clock { get; } = new();

    public IServiceProvider Services => _provider;

    public IGrainFactory GrainFactory => _provider.GetRequiredService<IGrainFactory>();

    public EngineCensus Census => _provider.GetRequiredService<EngineCensus>();

    /// <param name="configure">Grain classes, and options. Without a data file or store, states are kept in memory for as long as this host.</param>
    /// <param name="services">What the grains' constructors need.</param>
    public static async Task<EngineHost> StartAsync(Action<FogEngineOptions> configure, Action<IServiceCollection>? services = null)
    {
        var host = new EngineHost(configure, services);
        await host.StartAsync();
        return host;
    }

    /// <summary>Stops as a host does, deactivating every grain, and starts on the same storage. References made before are useless after.</summary>
    /// <param name="whileDown">What happens between, such as time going by.</param>
    public async Task RestartAsync(Action? whileDown = null)
    {
        await StopAsync();
        whileDown?.Invoke();
        await StartAsync();
    }

    /// <summary>Ends as a crash does, with no grain told and uncommitted writes lost, and starts on the same storage.</summary>
    public async Task CrashAsync()
    {
        _provider.GetRequiredService<FogEngine>().Abandon();
        await DisposeProviderAsync();
        await StartAsync();
    }

    /// <summary>Waits until no grain has anything to run. Work outside the engine, such as the test's own calls' awaits, is not counted.</summary>
    public Task SettleAsync() => _scheduler.Settled();

    /// <summary>Moves time on from timer to timer; what each sets off runs to its end before the next.</summary>
    public async Task AdvanceAsync(TimeSpan by)
    {
        await SettleAsync();
        var target = Clock.GetUtcNow() + by;
        while (Clock.NextDue is { } due && due <= target)
        {
            Clock.AdvanceTo(due);
            await SettleAsync();
        }

        Clock.AdvanceTo(target);
        await SettleAsync();
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task StartAsync()
    {
        _scheduler = new SettlingScheduler();
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(Clock);
        services.AddSingleton<IEngineScheduler>(_scheduler);
        _services?.Invoke(services);
        services.TryAddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        services.TryAddSingleton(typeof(ILogger<>), typeof(Logger<>));
        services.AddFogEngine(options =>
        {
            _configure(options);
            options.Store ??= options.DataFile is null ? _memory : null;
        });
        _provider = services.BuildServiceProvider();
        foreach (var service in _provider.GetServices<IHostedService>())
        {
            await service.StartAsync(CancellationToken.None);
        }
    }

    private async Task StopAsync()
    {
        foreach (var service in _provider.GetServices<IHostedService>().Reverse())
        {
            await service.StopAsync(CancellationToken.None);
        }

        await DisposeProviderAsync();
    }

    private async Task DisposeProviderAsync()
    {
        _scheduler.Dispose();
        await _provider.DisposeAsync();
    }
}
