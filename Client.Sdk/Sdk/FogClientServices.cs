using Microsoft.Extensions.DependencyInjection;

namespace Fog.Client;

public static class FogClientServices
{
    /// <summary>Adds a <see cref="FogClient"/> for the whole application: <c>services.AddFogClient(fog => fog.UseSilo(new("http://HOST:PORT")))</c>.</summary>
    /// <exception cref="ArgumentException">No way to the fog was named.</exception>
    public static IServiceCollection AddFogClient(this IServiceCollection services, Action<FogClientBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var builder = new FogClientBuilder(services);
        configure(builder);
        var connect = builder.Connection ?? throw new ArgumentException("A client needs a way to the fog: UseSilo, or UseOrleans.", nameof(configure));
        return services.AddSingleton(provider => new FogClient(connect(provider), builder.Options));
    }
}

/// <summary>How an application's client reaches the fog.</summary>
public sealed class FogClientBuilder
{
    internal FogClientBuilder(IServiceCollection services) => Services = services;

    public IServiceCollection Services { get; }

    public FogClientOptions Options { get; set; } = new();

    internal Func<IServiceProvider, IFogConnection>? Connection { get; set; }

    /// <summary>Over HTTP. Nothing is asked of the silo yet.</summary>
    /// <param name="silo"><c>http://HOST:PORT</c>.</param>
    public FogClientBuilder UseSilo(Uri silo)
    {
        ArgumentNullException.ThrowIfNull(silo);
        Connection = _ => new HttpConnection(silo, Options);
        return this;
    }
}
