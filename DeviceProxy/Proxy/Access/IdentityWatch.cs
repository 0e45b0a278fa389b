using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Identity;
using Fog.Grains.Interfaces.Ids;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;

namespace Fog.DeviceProxy.Proxy.Access;

/// <summary>Ends sessions and connections of devices that were revoked, or enrolled anew, as soon as their site's identity grain says so; and looks now and then, since it may have had nobody to tell.</summary>
internal sealed partial class IdentityWatch(
    IReadOnlyList<string> sites,
    IGrainFactory grains,
    DeviceProxyService proxy,
    DeviceAccess? access,
    TimeProvider clock,
    ProxyLimits limits,
    ILogger<IdentityWatch> logger) : BackgroundService, IIdentityObserver
{
    public void Ended(NodeId device)
    {
        proxy.Expel(device);
        access?.Expel(device);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var self = grains.CreateObjectReference<IIdentityObserver>(this);
        try
        {
            while (true)
            {
                foreach (string site in sites)
                    await Look(site, self);
                await Task.Delay(limits.IdentityWatchEvery, clock, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Asked to.
        }
        finally
        {
            grains.DeleteObjectReference<IIdentityObserver>(self);
        }
    }

    private async Task Look(string site, IIdentityObserver self)
    {
        try
        {
            foreach (var device in await grains.GetGrain<IIdentityGrain>(site).Watch(self))
                Ended(device);
        }
        catch (Exception e) when (e is TimeoutException or OrleansException or FogException)
        {
            LogBlind(site, e);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Who was revoked at site {Site} cannot be learned now; it is asked again.")]
    private partial void LogBlind(string site, Exception exception);
}
