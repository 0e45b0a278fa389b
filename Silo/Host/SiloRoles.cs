namespace Fog.Silo.Host;

/// <summary>What a silo of a cluster does for the others. A silo alone does everything.</summary>
[Flags]
public enum SiloRoles
{
    None = 0,

    /// <summary>Runs the grains: where there is room.</summary>
    Grains = 1,

    /// <summary>Serves devices, and runs functions as a fog host: on a machine near them.</summary>
    Proxy = 2,

    /// <summary>Serves callers: the HTTP API, Orleans' dashboard, and clients that speak Orleans.</summary>
    Gateway = 4,

    All = Grains | Proxy | Gateway,
}
