using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Fog.Silo.Host;

/// <summary>While this silo joins: declares silos dead that have long not said that they are alive.</summary>
/// <remarks>A joining silo waits until every active one has answered it, which those that were killed together with the whole cluster never do.
/// A silo that lives but could not reach the database for so long is declared dead, too: it ends, and its supervisor starts it again.</remarks>
internal sealed partial class StaleSilos(
    IMembershipTable table, IOptions<ClusterMembershipOptions> options, TimeProvider clock, ILogger<StaleSilos> logger) : ILifecycleParticipant<ISiloLifecycle>
{
    private readonly CancellationTokenSource _joined = new();
    private Task _looking = Task.CompletedTask;

    public void Participate(ISiloLifecycle lifecycle)
    {
        lifecycle.Subscribe(nameof(StaleSilos), ServiceLifecycleStage.RuntimeGrainServices + 1, Begin, static _ => Task.CompletedTask);
        lifecycle.Subscribe(nameof(StaleSilos), ServiceLifecycleStage.Active, End, End);
    }

    private async Task Begin(CancellationToken cancel)
    {
        await Evict();
        _looking = LookOn();
    }

    private async Task End(CancellationToken cancel)
    {
        await _joined.CancelAsync();
        await _looking;
    }

    private async Task LookOn()
    {
        try
        {
            while (true)
            {
                await Task.Delay(options.Value.IAmAliveTablePublishTimeout, clock, _joined.Token);
                await Evict();
            }
        }
        catch (OperationCanceledException) when (_joined.IsCancellationRequested)
        {
            // Joined, or given up.
        }
    }

    private async Task Evict()
    {
        while ((await table.ReadAllAsync()) is var members && members.Members.FirstOrDefault(member => IsStale(member.Item1)) is var (silo, etag))
        {
            silo.Status = SiloStatus.Dead;
            if (await table.UpdateRowAsync(silo, etag, members.Version.Next()))
            {
                LogEvicted(silo.SiloName, silo.SiloAddress, silo.IAmAliveTime);
            }
        }
    }

    private bool IsStale(MembershipEntry silo)
    {
        var sign = silo.StartTime > silo.IAmAliveTime ? silo.StartTime : silo.IAmAliveTime;
        var allowed = options.Value.IAmAliveTablePublishTimeout * options.Value.NumMissedTableIAmAliveLimit;
        return silo.Status != SiloStatus.Dead && clock.GetUtcNow().UtcDateTime - sign > allowed;
    }

    [LoggerMessage(LogLevel.Warning, "Silo {Name} ({Address}) last said at {Alive:O} that it is alive: it is declared dead.")]
    private partial void LogEvicted(string name, SiloAddress address, DateTime alive);
}
