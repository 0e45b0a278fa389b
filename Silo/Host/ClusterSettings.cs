using System.Net;
using Fog.Grains.Interfaces.Ids;
using Microsoft.Extensions.Configuration;

namespace Fog.Silo.Host;

/// <summary>How this silo finds the others (FogEngine=Orleans). Members of the section <c>Silo</c>: flag <c>--silo:port</c>, variable <c>FOG_SILO__PORT</c>.</summary>
public sealed record ClusterSettings
{
    /// <summary>Silos of one name, in one database, are one cluster.</summary>
    public string Name { get; init; } = "fog";

    /// <summary>Where the other silos reach this one, and so where it listens for them. They do not know each other by anything but the database: the network between them must be private.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>For the other silos.</summary>
    public int Port { get; init; } = 11111;

    /// <summary>For applications that speak Orleans; of a silo with <see cref="SiloRoles.Gateway"/>.</summary>
    public int GatewayPort { get; init; } = 30000;

    /// <summary>Connection string of Npgsql. One of this and <see cref="Redis"/>. Has a password: it belongs into a variable.</summary>
    public string? Postgres { get; init; }

    /// <summary>Configuration of StackExchange.Redis.</summary>
    public string? Redis { get; init; }

    /// <summary>How long a silo may take to answer a probe; one that misses two is dead. Default 1 s. Range 100 ms to 1 min.</summary>
    public TimeSpan Probe { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The keys of these settings.</summary>
    internal static IReadOnlyList<string> Keys { get; } =
        [Key(nameof(Name)), Key(nameof(Address)), Key(nameof(Port)), Key(nameof(GatewayPort)), Key(nameof(Postgres)), Key(nameof(Redis)), Key(nameof(Probe))];

    /// <returns>Null: no database is named, and so no cluster.</returns>
    /// <exception cref="SiloStartException">A value out of its range, or one without a database.</exception>
    internal static ClusterSettings? From(IConfiguration settings)
    {
        var (postgres, redis) = (Text(settings, nameof(Postgres)), Text(settings, nameof(Redis)));
        if (postgres is null && redis is null)
        {
            return Keys.FirstOrDefault(key => settings[key] is { Length: > 0 }) is { } alone
                ? throw new SiloStartException($"{alone.ToLowerInvariant()} is of a cluster, and a cluster needs a database: give silo:postgres or silo:redis, too.")
                : null;
        }

        if (postgres is not null && redis is not null)
        {
            throw new SiloStartException("A cluster has one database: give silo:postgres or silo:redis, not both.");
        }

        var unset = new ClusterSettings();
        return new ClusterSettings
        {
            Postgres = postgres,
            Redis = redis,
            Name = Read(settings, nameof(Name), unset.Name, static text => FogName.IsValid(text) ? text : null, "1 to 32 of a-z, 0-9 and '-'"),
            Address = Read(settings, nameof(Address), unset.Address, static text => IPAddress.TryParse(text, out var address) ? address : null, "an IP address that the other silos reach"),
            Port = PortOf(settings, nameof(Port), unset.Port),
            GatewayPort = PortOf(settings, nameof(GatewayPort), unset.GatewayPort),
            Probe = TimeSpan.FromSeconds(Read<double?>(settings, nameof(Probe), unset.Probe.TotalSeconds, static text =>
                double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out double seconds) && seconds is >= 0.1 and <= 60 ? seconds : null, "seconds, 0.1 to 60")!.Value),
        };
    }

    /// <summary>Without connection strings, which hold passwords.</summary>
    public override string ToString() => $"{Name} at {Address}:{Port}";

    private static int PortOf(IConfiguration settings, string name, int unset) => Read<int?>(
        settings, name, unset, static text => int.TryParse(text, out int port) && port is > 0 and <= 65535 ? port : null, "a port, 1 to 65535")!.Value;

    private static T Read<T>(IConfiguration settings, string name, T unset, Func<string, T?> parse, string use) => Text(settings, name) switch
    {
        null => unset,
        var text => parse(text) ?? throw new SiloStartException($"'{text}' is no value for {Key(name).ToLowerInvariant()}: use {use}."),
    };

    private static string? Text(IConfiguration settings, string name) => settings[Key(name)] is { Length: > 0 } text ? text : null;

    private static string Key(string name) => $"Silo:{name}";
}
