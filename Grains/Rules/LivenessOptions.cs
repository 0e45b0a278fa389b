namespace Fog.Grains.Rules;

/// <summary>When a silent node is late, and when it is lost.</summary>
public sealed record LivenessOptions
{
    /// <summary>Shortest grace after an expected wake. Default 30 s: the reference system's keepalive time-out.</summary>
    public TimeSpan GraceMin { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Grace as a share of the period, 0 to 1. Default 5 %: sleep clocks of an ESP32 drift by minutes in hours.</summary>
    public double GracePeriodShare { get; init; } = 0.05;

    /// <summary>Grace as a multiple of the node's learned clock error. Default 3.</summary>
    public double GraceClockErrors { get; init; } = 3;

    /// <summary>Share of the grace after which a node is late, 0 to 1. Default 10 %: connecting takes a second or two.</summary>
    public double LateShare { get; init; } = 0.1;

    /// <summary>Share of a site's nodes that must be late at once for it to count as an outage of the site, 0 to 1. Default one half.</summary>
    public double OutageShare { get; init; } = 0.5;

    /// <summary>Fewest late nodes that can be an outage of the site. Default 2: one silent node is never the site.</summary>
    public int OutageNodesMin { get; init; } = 2;
}
