using Fog.DeviceProxy.Proxy.Access;
using Fog.Grains.Interfaces.Ids;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans;

namespace Fog.DeviceProxy.Proxy;

public static class DeviceProxyServices
{
    /// <summary>Adds <see cref="DeviceProxyService"/> as a hosted service. The container must hold <see cref="IGrainFactory"/> and <see cref="TimeProvider"/>; register it after what starts the grains and the broker.</summary>
    /// <exception cref="ArgumentException">No broker, no site, or a site's name is not a name.</exception>
    public static IServiceCollection AddDeviceProxy(this IServiceCollection services, Action<DeviceProxyOptions> configure)
    {
        var options = new DeviceProxyOptions();
        configure(options);
        var broker = options.Broker ?? throw new ArgumentException("A device proxy needs a broker.", nameof(configure));
        if (options.Sites.Count == 0 || !options.Sites.All(FogName.IsValid))
            throw new ArgumentException("A device proxy needs names of sites: 1 to 32 of a-z, 0-9 and '-'.", nameof(configure));

        services.AddSingleton(s => new DeviceProxyService(
            [.. options.Sites],
            broker(s),
            options.Hellos?.Invoke(s),
            s.GetRequiredService<IGrainFactory>(),
            s.GetRequiredService<TimeProvider>(),
            s.GetRequiredService<ILogger<DeviceProxyService>>(),
            options.Limits,
            s.GetService<DeviceAccess>()));
        return services.AddHostedService(s => s.GetRequiredService<DeviceProxyService>());
    }

    /// <summary>Adds <see cref="DeviceAccess"/> for a broker in this process, which the container's owner makes with it and sets as its <see cref="DeviceAccess.Broker"/>.</summary>
    /// <remarks>It asks for the grains when the first device comes: they open the state, and a server is made before its host starts.</remarks>
    public static IServiceCollection AddDeviceAccess(this IServiceCollection services, string site) => services.AddSingleton(s => new DeviceAccess(
        [FogName.Check(site, "site")], s.GetRequiredService<IGrainFactory>, s.GetRequiredService<TimeProvider>(), new ProxyLimits(), s.GetRequiredService<ILogger<DeviceAccess>>()));

    /// <summary>Adds what ends sessions and connections of revoked devices; register it after <see cref="AddDeviceProxy"/>.</summary>
    public static IServiceCollection AddIdentityWatch(this IServiceCollection services, string site) => services.AddHostedService(s => new IdentityWatch(
        [FogName.Check(site, "site")],
        s.GetRequiredService<IGrainFactory>(),
        s.GetRequiredService<DeviceProxyService>(),
        s.GetService<DeviceAccess>(),
        s.GetRequiredService<TimeProvider>(),
        new ProxyLimits(),
        s.GetRequiredService<ILogger<IdentityWatch>>()));
}
