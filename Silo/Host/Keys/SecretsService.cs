using Fog.Grains.Interfaces.Clusters;
using Fog.Grains.Interfaces.Dispatch;
using Fog.Grains.Interfaces.Identity;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Nodes;
using Fog.Grains.Secrets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;

namespace Fog.Silo.Host.Keys;

/// <summary>Lets no silo run without the master keys that its state needs; then, after a rotation, seals everything under the current one.</summary>
/// <remarks>Each device is sealed anew by a write of its own, and the old key counts as needed until all are: a crash in between costs another round.</remarks>
internal sealed partial class SecretsService(
    IGrainFactory grains, KeyRing keys, MasterKeys source, FogHostOptions options, ILogger<SecretsService> logger) : BackgroundService
{
    private bool _reseal;

    /// <exception cref="SiloStartException">A master key is missing.</exception>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        var use = await Identity.UseKeys(keys.Ids).WaitAsync(cancellationToken);
        if (!use.Missing.IsEmpty)
        {
            source.Abandon();
            throw new SiloStartException(
                $"The state has secrets sealed under the master key {string.Join(", ", use.Missing)}, which is not in {source.Path ?? "this silo"}: put back the key file that the state was made with, or name it with --keys.");
        }

        _reseal = use.Reseal;
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!_reseal)
        {
            return;
        }

        try
        {
            var devices = await Devices(stoppingToken);
            foreach (string device in devices)
            {
                await grains.GetGrain<INodeGrain>(new NodeId(options.Site, device).ToString()).Reseal().WaitAsync(stoppingToken);
            }

            await Identity.Resealed(keys.Current.Id, [.. devices]).WaitAsync(stoppingToken);
            LogResealed(keys.Current.Id, devices.Count);
        }
        catch (Exception e) when (e is OrleansException or TimeoutException or UnreadableSecretException)
        {
            LogLeft(e);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The next start goes on.
        }
    }

    /// <summary>Those that are enrolled, and those that were before names were kept here, as far as clusters know them.</summary>
    private async Task<IReadOnlyCollection<string>> Devices(CancellationToken cancel)
    {
        var names = (await Identity.Describe().WaitAsync(cancel)).Enrolled.ToHashSet(StringComparer.Ordinal);
        var site = await grains.GetGrain<IDispatcherGrain>(options.Site).Describe().WaitAsync(cancel);
        names.UnionWith(site.Unassigned.Select(static node => node.Name));
        foreach (var summary in site.Clusters)
        {
            var cluster = await grains.GetGrain<IClusterGrain>(summary.Cluster.ToString()).Describe().WaitAsync(cancel);
            names.UnionWith(cluster.Members.Select(static member => member.Node.Name));
        }

        return names;
    }

    private IIdentityGrain Identity => grains.GetGrain<IIdentityGrain>(options.Site);

    [LoggerMessage(LogLevel.Information, "Everything is sealed under master key {Key} now ({Devices} devices); older keys are needed for older backups only.")]
    private partial void LogResealed(string key, int devices);

    [LoggerMessage(LogLevel.Warning, "Not everything could be sealed under the current master key; the next start goes on. Keep the older keys until then.")]
    private partial void LogLeft(Exception exception);
}
