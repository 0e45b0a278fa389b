namespace Fog.Silo.Host;

/// <summary>Who sees Orleans' own dashboard at <c>/orleans</c> (FogEngine=Orleans).</summary>
public enum DashboardAccess
{
    /// <summary>Nobody, and this silo collects nothing for it: saves memory.</summary>
    Off,

    /// <summary>Requests from this machine. Behind a reverse proxy on the same machine that is everybody: have the proxy check.</summary>
    Loopback,

    /// <summary>Whoever reaches the HTTP port.</summary>
    Open,
}
