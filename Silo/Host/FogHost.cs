using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Fog.DeviceProxy.Mqtt.Broker;
using Fog.DeviceProxy.Proxy;
using Fog.Grains;
using Fog.Grains.Hosts;
using Fog.Silo.Gateway;
using Fog.Silo.Host.Functions;
using Fog.Silo.Host.Keys;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fog.Silo.Host;

/// <summary>One silo in this process: engine, grains, broker, device proxy, gateway and executor, as its roles ask for, composed here and nowhere else.</summary>
public sealed class FogHost : IAsyncDisposable
{
    /// <summary>A dot comes between site and node of a device's client id; this has none, so no device has it.</summary>
    private const string ProxyClientId = "proxy";

    private readonly WebApplication _app;
    private readonly FogHostOptions _options;
    private readonly FogOptions _grains;
    private readonly X509Certificate2Collection? _certificates;
    private readonly X509Certificate2Collection? _clientAuthorities;
    private ListenOptions? _http;
    private ListenOptions? _mqtt;

    private FogHost(FogHostOptions options, FogOptions grains, Action<ILoggingBuilder> logging)
    {
        _options = options;
        _grains = grains;
        _certificates = HasBroker ? options.MqttCertificate?.Load() : null;
        _clientAuthorities = HasBroker ? options.MqttCertificate?.LoadClientAuthorities() : null;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = typeof(FogHost).Assembly.GetName().Name });
        logging(builder.Logging);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(Listen);
        Compose(builder.Services);
        _app = builder.Build();
        if (options.Roles.HasFlag(SiloRoles.Gateway))
        {
            _app.MapFogGateway();
            if (HasBroker)
            {
                _app.MapMqtt();
            }
        }
        else
        {
            _app.MapFogHealth();
        }

        _app.MapGrainEngine(options);
    }

    /// <summary>Address of the HTTP API, once started. Without <see cref="SiloRoles.Gateway"/> only its health is there.</summary>
    public Uri Http => new($"http://{(_http ?? throw NotStarted()).IPEndPoint}");

    /// <summary>Where devices connect, once started; of a silo with <see cref="HasBroker"/>.</summary>
    public IPEndPoint Mqtt => (_mqtt ?? throw NotStarted()).IPEndPoint!;

    /// <summary>Devices connect here; not: to a broker of somebody else, or to another silo.</summary>
    public bool HasBroker => _options.Roles.HasFlag(SiloRoles.Proxy) && _options.Broker is null;

    public IServiceProvider Services => _app.Services;

    /// <summary>Done when the silo is told to stop: by a signal, or by its owner.</summary>
    public CancellationToken Stopping => _app.Lifetime.ApplicationStopping;

    /// <param name="logging">Default: nothing is logged.</param>
    /// <param name="grains">Default: the reference system's constants.</param>
    public static FogHost Build(FogHostOptions options, Action<ILoggingBuilder>? logging = null, FogOptions? grains = null) =>
        new(options, grains ?? new FogOptions(), logging ?? (static _ => { }));

    /// <summary>On return, devices and callers can connect, and open work of an earlier run goes on.</summary>
    /// <exception cref="SiloStartException">A port or the data folder cannot be had.</exception>
    public async Task StartAsync(CancellationToken cancel = default)
    {
        try
        {
            await _app.StartAsync(cancel);
        }
        catch (Exception failure) when (failure.StateFailure() is { } why)
        {
            throw new SiloStartException(why, failure);
        }
        catch (Exception failure) when (failure is AddressInUseException or SocketException || failure.InnerException is AddressInUseException or SocketException)
        {
            throw new SiloStartException(
                $"The silo cannot listen on {_options.Http} (HTTP) and {_options.Mqtt} (MQTT){InCluster}: stop what uses the ports, or choose others with --http and --mqtt.",
                failure);
        }
    }

    public Task StopAsync(CancellationToken cancel = default) => _app.StopAsync(cancel);

    public Task WaitForShutdownAsync(CancellationToken cancel = default) => _app.WaitForShutdownAsync(cancel);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private void Compose(IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.Configure<ConsoleLifetimeOptions>(console => console.SuppressStatusMessages = true);
        services.AddRoutingCore();
        services.AddSingleton(new GatewayOptions(_options.Site, _options.Tenant));
        services.AddSingleton(_options);
        services.AddSingleton<IRandomSource, SystemRandom>();
        services.AddSingleton<GrainCallMetrics>();
        services.AddSingleton<IFunctionExecutor, FunctionExecutor>();
        services.AddSingleton<MasterKeys>();
        services.AddFogGrains(_grains, static provider => provider.GetRequiredService<MasterKeys>().Ring);

        // Hosted services start in this order and stop in reverse; the server starts last and stops first.
        services.AddGrainEngine(_options);
        if (_options.Roles.HasFlag(SiloRoles.Grains))
        {
            services.AddHostedService<SecretsService>();
            services.AddSingleton(provider => OwnerTokens.Check(provider.GetRequiredService<MasterKeys>().Ring, _options.Site));
        }

        services.AddHostedService<SiteRevival>();
        if (HasBroker)
        {
            services.AddDeviceAccess(_options.Site);
            services.AddSingleton(BrokerService.Make);
            services.AddHostedService<BrokerService>();
        }

        if (_options.Roles.HasFlag(SiloRoles.Proxy))
        {
            string clientId = $"fog-{_options.Site}-{_options.Host}";
            var external = _options.Broker?.Connector(clientId);
            var hellos = _options.Broker?.Hellos(clientId);
            services.AddDeviceProxy(proxy =>
            {
                proxy.Sites.Add(_options.Site);
                proxy.Broker = provider => external ?? ((handler, _) =>
                    Task.FromResult(provider.GetRequiredService<MqttBroker>().ConnectLocal(ProxyClientId, handler)));
                proxy.Hellos = hellos is null ? null : _ => hellos;
            });
            services.AddIdentityWatch(_options.Site);
        }
    }

    private string InCluster => _options.Cluster is { } cluster ? $" and {cluster.Address}, {cluster.Port} and {cluster.GatewayPort} (silos)" : "";

    private void Listen(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = GatewayLimits.SmallBodyBytesMax;
        kestrel.Listen(_options.Http, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            if (HasBroker)
            {
                listen.UseMqttHandshakes();
            }

            _http = listen;
        });
        if (HasBroker)
        {
            kestrel.Listen(_options.Mqtt, listen =>
            {
                if (_certificates is not null)
                {
                    listen.UseMqttTls(_certificates, _clientAuthorities);
                }

                listen.UseConnectionHandler<MqttConnectionHandler>();
                _mqtt = listen;
            });
        }
    }

    private static InvalidOperationException NotStarted() => new("The silo has not started.");
}
