using Microsoft.Extensions.DependencyInjection;

namespace Fog.Grains;

public static class FogGrainServices
{
    /// <summary>Adds what the grains' constructors need. The host adds the rest: <see cref="TimeProvider"/>, <see cref="IRandomSource"/>,
    /// logging and, where it runs functions itself, <see cref="Hosts.IFunctionExecutor"/>.</summary>
    public static IServiceCollection AddFogGrains(this IServiceCollection services, FogOptions options) => services.AddSingleton(options);
}
