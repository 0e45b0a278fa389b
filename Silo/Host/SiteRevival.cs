using Fog.Grains.Interfaces.Dispatch;
using Fog.Grains.Interfaces.Ids;
using Microsoft.Extensions.Hosting;
using Orleans;

namespace Fog.Silo.Host;

/// <summary>At start-up: takes up what an earlier run left open, then offers this host's cores. Devices and callers come after it.</summary>
internal sealed class SiteRevival(IGrainFactory grains, FogHostOptions options) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var dispatcher = grains.GetGrain<IDispatcherGrain>(options.Site);
        await dispatcher.Revive().WaitAsync(cancellationToken);
        if (options.OffersCores)
        {
            await dispatcher.Register(new HostId(options.Site, options.Host)).WaitAsync(cancellationToken);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
