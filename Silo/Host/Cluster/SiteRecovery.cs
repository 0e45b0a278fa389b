using Fog.Grains.Interfaces.Dispatch;
using Fog.Grains.Interfaces.Hosts;
using Fog.Grains.Interfaces.Ids;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Core.Internal;

namespace Fog.Silo.Host;

/// <summary>Takes up at once what a dead silo left open, which the site's reminder would only do within a minute; and has this silo's host grain come home.</summary>
internal sealed partial class SiteRecovery(
    IGrainFactory grains, IClusterMembershipService membership, ILocalSiloDetails self, FogHostOptions options, ILogger<SiteRecovery> logger) : BackgroundService
{
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.OffersCores)
        {
            // Another silo ran it while this one was away. The next call places it anew: see HostPlacement.
            var host = grains.GetGrain<IHostGrain>(new HostId(options.Site, options.Host).ToString());
            await host.Cast<IGrainManagementExtension>().DeactivateOnIdle().AsTask().WaitAsync(cancellationToken);
        }

        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        HashSet<SiloAddress> known = [];
        await foreach (var snapshot in membership.MembershipUpdates.WithCancellation(stoppingToken))
        {
            var active = snapshot.Members.Values.Where(static member => member.Status == SiloStatus.Active).Select(static member => member.SiloAddress).ToHashSet();
            bool isFirst = active.Min() is { } first && first.Equals(self.SiloAddress); // One of them is enough.
            if (isFirst && known.Except(active).Any())
            {
                await Revive();
            }

            known = active;
        }
    }

    private async Task Revive()
    {
        try
        {
            await grains.GetGrain<IDispatcherGrain>(options.Site).Revive();
        }
        catch (Exception e) when (e is OrleansException or TimeoutException)
        {
            LogLeft(e);
        }
    }

    [LoggerMessage(LogLevel.Warning, "What a dead silo left open could not be taken up at once; the site's reminder does it within a minute.")]
    private partial void LogLeft(Exception exception);
}
