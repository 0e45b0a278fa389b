using System.Net;
using Microsoft.AspNetCore.Http;

namespace Fog.Silo.Gateway.Backups;

/// <summary>Whoever runs programs on the silo's machine, and nobody else.</summary>
public static class LocalCaller
{
    /// <summary>What a proxy or a browser adds, and no program of the owner's.</summary>
    private static readonly string[] s_foreign = ["Forwarded", "X-Forwarded-For", "Via", "Origin", "Sec-Fetch-Site"];

    /// <summary>The request comes over the loopback interface, no proxy passed it on, and no web page sent it: neither from another origin, nor under a name that was made to lead here.</summary>
    public static bool Is(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } peer && IPAddress.IsLoopback(peer)
        && IsLoopback(context.Request.Host.Host)
        && !s_foreign.Any(context.Request.Headers.ContainsKey);

    private static bool IsLoopback(string host) => host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}

/// <summary>Who asks is not on the silo's machine.</summary>
internal sealed class LocalOnlyException() : Exception("A backup holds the devices' keys: take it on the silo's own machine, at its loopback address.");
