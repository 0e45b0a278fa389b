using System.Net;
using Fog.Grains.Interfaces.Ids;
using Microsoft.Extensions.Configuration;

namespace Fog.Silo.Host;

/// <summary>What one silo is told. Each setting is a flag <c>--http</c>, a variable <c>FOG_HTTP</c> or a member of the section <c>Fog</c> in appsettings.json, in that order of rank.</summary>
public sealed record FogHostOptions
{
    private const string FileName = "appsettings.json";
    private const string BrokerKey = "Mqtt:Broker";
    private const string CertificateKey = "Mqtt:Certificate";
    private const string KeyKey = "Mqtt:Key";
    private const string ClientAuthorityKey = "Mqtt:ClientAuthority";
    private const string RolesKey = "Silo:Roles";
    private const string DashboardKey = "Silo:Dashboard";

    /// <summary>Where the HTTP API listens. Port 0: a free one. The API knows no callers yet, so the default is the loopback interface.</summary>
    public IPEndPoint Http { get; init; } = new(IPAddress.Loopback, 7400);

    /// <summary>Where devices connect, unless there is a <see cref="Broker"/>. Port 0: a free one.</summary>
    public IPEndPoint Mqtt { get; init; } = new(IPAddress.Loopback, 1883);

    /// <summary>Folder of the durable state. Null: memory only, gone with the process.</summary>
    public string? Data { get; init; }

    /// <summary>File of the master keys that secrets in the state are sealed under, made at the first start. Null: <c>FOLDER.keys</c> beside the data folder; without one the keys end with the process.</summary>
    public string? Keys { get; init; }

    /// <summary>Site of the devices that connect here.</summary>
    public string Site { get; init; } = "home";

    /// <summary>Owner of the functions and invocations.</summary>
    public string Tenant { get; init; } = "home";

    /// <summary>Name of this fog host in its site.</summary>
    public string Host { get; init; } = "host-1";

    /// <summary>Broker of somebody else that the devices connect to, <c>mqtt://HOST:PORT</c> or <c>mqtts://…</c>, with <c>USER:PASSWORD@</c> where it asks for them. Null: the silo's own. Setting <c>mqtt:broker</c>.</summary>
    /// <remarks>Several silos of a site may share one; their names (<see cref="Host"/>) tell them apart there.</remarks>
    public Uri? Broker { get; init; }

    /// <summary>With it, devices connect to the silo's own broker with TLS only. Null: without.</summary>
    public MqttCertificate? MqttCertificate { get; init; }

    /// <summary>Setting <c>silo:roles</c>: <c>grains,proxy</c> and so on. Default: all.</summary>
    public SiloRoles Roles { get; init; } = SiloRoles.All;

    /// <summary>It is a fog host: functions may run on its cores.</summary>
    internal bool OffersCores => (Roles & (SiloRoles.Grains | SiloRoles.Proxy)) != 0;

    /// <summary>Setting <c>silo:dashboard</c>.</summary>
    public DashboardAccess Dashboard { get; init; } = DashboardAccess.Loopback;

    /// <summary>Null: a silo alone.</summary>
    public ClusterSettings? Cluster { get; init; }

    /// <exception cref="SiloStartException">An unknown setting, or a value out of its range.</exception>
    public static FogHostOptions Load(string[] args)
    {
        CheckFlags(args);
        var file = new ConfigurationBuilder()
            .SetBasePath(Directory.GetCurrentDirectory())
            .AddJsonFile(FileName, optional: true)
            .Build();
        return From(new ConfigurationBuilder()
            .AddConfiguration(file.GetSection("Fog"))
            .AddEnvironmentVariables("FOG_")
            .AddCommandLine(args)
            .Build());
    }

    /// <exception cref="SiloStartException">A value out of its range.</exception>
    public static FogHostOptions From(IConfiguration settings)
    {
        var defaults = new FogHostOptions();
        return new FogHostOptions
        {
            Http = EndPoint(settings, nameof(Http), defaults.Http),
            Mqtt = EndPoint(settings, nameof(Mqtt), defaults.Mqtt),
            Data = settings[nameof(Data)] is { Length: > 0 } folder ? folder : null,
            Keys = settings[nameof(Keys)] is { Length: > 0 } keys ? keys : null,
            Site = Name(settings, nameof(Site), defaults.Site),
            Tenant = Name(settings, nameof(Tenant), defaults.Tenant),
            Host = Name(settings, nameof(Host), defaults.Host),
            Broker = BrokerAt(settings),
            MqttCertificate = CertificateOf(settings),
            Roles = OneOf(settings, RolesKey, defaults.Roles),
            Dashboard = OneOf(settings, DashboardKey, defaults.Dashboard),
            Cluster = ClusterSettings.From(settings),
        };
    }

    /// <summary>Without passwords.</summary>
    public override string ToString() => $"{Site}/{Host}";

    private static void CheckFlags(string[] args)
    {
        string[] known = [nameof(Http), nameof(Mqtt), nameof(Data), nameof(Keys), nameof(Site), nameof(Tenant), nameof(Host), BrokerKey, RolesKey, DashboardKey, .. ClusterSettings.Keys, CertificateKey, KeyKey, ClientAuthorityKey];
        for (int i = 0; i < args.Length; i++)
        {
            string flag = args[i].Split('=')[0];
            if (!flag.StartsWith("--", StringComparison.Ordinal) || !known.Contains(flag[2..], StringComparer.OrdinalIgnoreCase))
            {
                throw new SiloStartException($"There is no flag '{flag}': use {string.Join(", ", known.Select(name => $"--{name.ToLowerInvariant()}"))}.");
            }

            if (!args[i].Contains('=') && ++i == args.Length)
            {
                throw new SiloStartException($"{flag} needs a value.");
            }
        }
    }

    private static IPEndPoint EndPoint(IConfiguration settings, string key, IPEndPoint unset) => settings[key] switch
    {
        null or "" => unset,
        var text when IPEndPoint.TryParse(text, out var endPoint) && text.Contains(':') => endPoint,
        var text => throw new SiloStartException($"'{text}' is no value for {key.ToLowerInvariant()}: use ADDRESS:PORT, as in {unset}."),
    };

    private static string Name(IConfiguration settings, string key, string unset) => settings[key] switch
    {
        null or "" => unset,
        var text when FogName.IsValid(text) => text,
        var text => throw new SiloStartException($"'{text}' is no value for {key.ToLowerInvariant()}: use 1 to 32 of a-z, 0-9 and '-'."),
    };

    private static Uri? BrokerAt(IConfiguration settings) => settings[BrokerKey] switch
    {
        null or "" => null,
        var text when Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri is { Scheme: "mqtt" or "mqtts", Host.Length: > 0, PathAndQuery: "" or "/" } => uri,
        _ => throw new SiloStartException("The value of mqtt:broker is none: use mqtt://HOST:PORT or mqtts://HOST:PORT."), // It may hold a password.
    };

    private static MqttCertificate? CertificateOf(IConfiguration settings) => (settings[CertificateKey], settings[KeyKey]) switch
    {
        (null or "", null or "") when settings[ClientAuthorityKey] is { Length: > 0 } => throw new SiloStartException(
            "mqtt:clientauthority needs mqtt:certificate and mqtt:key: devices show certificates to a broker with TLS only."),
        (null or "", null or "") => null,
        ({ Length: > 0 } file, { Length: > 0 } key) => new MqttCertificate(file, key, settings[ClientAuthorityKey] is { Length: > 0 } authority ? authority : null),
        _ => throw new SiloStartException("mqtt:certificate and mqtt:key come together: the PEM files of a certificate and of its key."),
    };

    private static T OneOf<T>(IConfiguration settings, string key, T unset)
        where T : struct, Enum => settings[key] switch
    {
        null or "" => unset,
        var text when Enum.TryParse<T>(text, ignoreCase: true, out var value) && !text.Any(char.IsAsciiDigit) && !text.Equals("none", StringComparison.OrdinalIgnoreCase) => value,
        var text => throw new SiloStartException(
            $"'{text}' is no value for {key.ToLowerInvariant()}: use {string.Join(", ", Enum.GetNames<T>().Select(name => name.ToLowerInvariant()).Where(name => name != "none"))}."),
    };
}
