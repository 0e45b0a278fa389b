using Fog.DeviceProxy.Mqtt;
using Fog.DeviceProxy.Mqtt.Broker;
using Fog.DeviceProxy.Proxy;
using Fog.Engine.Hosting;
using Fog.Engine.Scheduling;
using Fog.Engine.Storage;
using Fog.Grains;
using Fog.Grains.Events;
using Fog.Grains.Hosts;
using Fog.Grains.Secrets;
using Fog.Grains.Interfaces.Dispatch;
using Fog.Grains.Interfaces.Ids;
using Fog.Simulation.Network;
using Fog.Simulation.Scheduling;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fog.Simulation.Site;

/// <summary>One life of the silo: engine, grains, broker and device proxy, composed as the production host composes them.</summary>
internal sealed class SimulatedSilo
{
    private const string ProxyClientId = "proxy";
    private const string HostName = "host-1";

    private readonly SimulatedProcess _process;
    private readonly ServiceProvider _services;
    private readonly TaskCompletionSource _up = new();
    private readonly TaskCompletionSource _died = new();
    private readonly HashSet<Wire> _wires = [];

    /// <param name="link">The proxy's way to the broker.</param>
    /// <param name="way">The proxy's way to the grains.</param>
    public SimulatedSilo(
        SiloSettings settings,
        SimulatedProcess process,
        IRecordStore disk,
        Func<Func<Func<MqttMessage, ValueTask>, IMqttConnection>, MqttConnector> link,
        Func<IGrainFactory, IGrainFactory> way)
    {
        _process = process;
        var services = new ServiceCollection();
        services.AddSingleton(process.Clock);
        services.AddSingleton<IEngineScheduler>(process);
        services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        services.AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        services.AddSingleton<IRandomSource>(new SeededBytes(settings.Random));
        services.AddSingleton<IFunctionExecutor>(new SimulatedExecutor(process.Clock, settings.Finished));
        services.AddFogGrains(new FogOptions(), _ => settings.Keys);
        services.AddFogEngine(engine =>
        {
            engine.Store = disk;
            settings.Grains(engine);
            engine.AddStreams(SiteStream.Provider);
        });
        var grains = services.Last(static s => s.ServiceType == typeof(IGrainFactory));
        services.AddSingleton(provider => way((IGrainFactory)grains.ImplementationFactory!(provider)));
        services.AddSingleton(provider => new MqttBroker(provider.GetRequiredService<TimeProvider>(), settings.Mqtt));
        services.AddDeviceProxy(proxy =>
        {
            proxy.Sites.Add(settings.Site);
            proxy.Limits = settings.Proxy;
            proxy.Broker = provider => link(handler => provider.GetRequiredService<MqttBroker>().ConnectLocal(ProxyClientId, handler));
        });
        _services = services.BuildServiceProvider();
        Grains = (IGrainFactory)grains.ImplementationFactory!(_services);
        process.Start(() => StartAsync(settings.Site));
    }

    public IGrainFactory Grains { get; }

    /// <summary>It takes calls and devices.</summary>
    public bool IsUp => _process.IsAlive && _up.Task.IsCompleted;

    public Task Up => _up.Task;

    public Task Died => _died.Task;

    public DateTimeOffset UpSince { get; private set; }

    /// <summary>A device connects.</summary>
    public void Accept(Wire wire)
    {
        _wires.Add(wire);
        _process.Start(async () =>
        {
            await _services.GetRequiredService<MqttBroker>().ServeAsync(wire.Broker, wire.Cut);
            _wires.Remove(wire);
        });
    }

    /// <summary>Ends it between two instructions. Its connections end with it.</summary>
    public void Kill()
    {
        _process.Kill();
        foreach (var wire in _wires)
        {
            wire.Cut();
        }

        _died.TrySetResult();
    }

    /// <summary>Calls a grain from another process.</summary>
    /// <exception cref="SiloGoneException">The silo died first; whether the call happened is unknown.</exception>
    public async Task<T> Ask<T>(Func<IGrainFactory, Task<T>> call)
    {
        if (!IsUp)
        {
            throw new SiloGoneException();
        }

        var asked = call(Grains);
        await Task.WhenAny(asked, _died.Task);
        return asked.IsCompleted ? await asked : throw new SiloGoneException();
    }

    private async Task StartAsync(string site)
    {
        // As in Silo/Host: the engine, then what an earlier life left open, then the proxy.
        var hosted = _services.GetServices<IHostedService>().ToList();
        await hosted[0].StartAsync(CancellationToken.None);
        var dispatcher = Grains.GetGrain<IDispatcherGrain>(site);
        await dispatcher.Revive();
        await dispatcher.Register(new HostId(site, HostName));
        foreach (var service in hosted.Skip(1))
        {
            await service.StartAsync(CancellationToken.None);
        }

        UpSince = _process.Clock.GetUtcNow();
        _up.TrySetResult();
    }

    private sealed class SeededBytes(SeededRandom random) : IRandomSource
    {
        public void Fill(Span<byte> bytes) => random.Fill(bytes);
    }
}

/// <param name="Random">Of keys and nonces.</param>
/// <param name="Finished">As <see cref="SimulatedExecutor"/>'s.</param>
internal sealed record SiloSettings(
    string Site, SeededRandom Random, Action<FogEngineOptions> Grains, MqttLimits Mqtt, ProxyLimits Proxy, Action<long, Digest, Digest> Finished)
{
    /// <summary>Of no interest to a simulation, but that they outlive a crash.</summary>
    public KeyRing Keys { get; } = new(new MasterKey(new byte[MasterKey.Bytes]));
}

/// <summary>The silo is down, or died before it answered.</summary>
internal sealed class SiloGoneException : Exception;
