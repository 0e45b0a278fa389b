using Fog.Grains.Secrets;
using Microsoft.Extensions.DependencyInjection;

namespace Fog.Grains;

public static class FogGrainServices
{
    /// <summary>Adds what the grains' constructors need. The host adds the rest: <see cref="TimeProvider"/>, <see cref="IRandomSource"/>,
    /// logging and, where it runs functions itself, <see cref="Hosts.IFunctionExecutor"/>.</summary>
    /// <param name="keys">Where the container has the master keys that secrets are stored under.</param>
    public static IServiceCollection AddFogGrains(this IServiceCollection services, FogOptions options, Func<IServiceProvider, KeyRing> keys) =>
        services.AddSingleton(options).AddSingleton(keys).AddSingleton<Vault>();
}
