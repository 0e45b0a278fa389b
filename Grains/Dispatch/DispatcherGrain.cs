using System.Collections.Immutable;
using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Clusters;
using Fog.Grains.Interfaces.Dispatch;
using Fog.Grains.Interfaces.Events;
using Fog.Grains.Interfaces.Hosts;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Nodes;
using Fog.Grains.Rules;
using Fog.Grains.State;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace Fog.Grains.Dispatch;

/// <summary>Gives invocations to clusters and hosts; how nodes get into clusters is in DispatcherGrain.Joining.cs.</summary>
/// <remarks>Reentrant, since clusters call back. Summaries and loads are copies, made anew by every activation.</remarks>
[Reentrant, KeepAlive]
public sealed partial class DispatcherGrain : Grain, IDispatcherGrain, IRemindable
{
    private readonly Durable<DispatcherState> _state;
    private readonly FogOptions _options;
    private readonly TimeProvider _clock;
    private readonly Errands _errands;
    private readonly SiteSummaries _summaries = new();
    private readonly Dictionary<HostId, int> _hostJobs = [];
    private readonly HashSet<ClusterId> _known = [];
    private ImmutableArray<ClusterId> _knownOf = [];
    private string _site = "";
    private bool _hasReminder;
    private bool _isJournalOpen;

    /// <summary>When this activation learned that every device is late.</summary>
    private DateTimeOffset? _lateSince;

    public DispatcherGrain(
        [PersistentState("dispatcher")] IPersistentState<DispatcherState> storage, FogOptions options, TimeProvider clock, ILogger<DispatcherGrain> logger)
    {
        _state = new(storage, DeactivateOnIdle);
        _options = options;
        _clock = clock;
        _errands = new(clock, options.RetryAfter, logger);
    }

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _site = FogName.Check(this.GetPrimaryKeyString(), "site");
        ReadUnassigned();
        _timer = this.RegisterGrainTimer(
            static (self, _) => self.Round(),
            this,
            new GrainTimerCreationOptions(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan) { Interleave = true, KeepAlive = true });
        ScheduleRound();
        await Revive();
    }

    public async Task<string> Dispatch(VoteOrder order, Placement placement)
    {
        if (order.Device is { } device)
        {
            return await AskDevice(order, device);
        }

        FogException? refusal = null;
        if (placement != Placement.Host)
        {
            if (await AskClusters(order) is var (cluster, clusterRefusal) && cluster is not null)
            {
                return cluster;
            }

            refusal = clusterRefusal;
        }

        if (placement != Placement.Devices)
        {
            if (await AskHosts(host => host.Run(order)) is var (host, hostRefusal) && host is not null)
            {
                return host;
            }

            refusal ??= hostRefusal;
        }

        throw refusal!;
    }

    public async Task Finish(VoteOrder order, SuspendedSeat seat)
    {
        if (await AskHosts(host => host.Finish(order, seat)) is (null, var refusal))
        {
            throw refusal!;
        }
    }

    public async Task<SiteHealth> Summarise(ClusterSummary summary)
    {
        if (summary.Members > 0 && !Knows(summary.Cluster))
        {
            // It was empty and forgotten while a member of another cluster was on its way there.
            _state.Value = _state.Value with { Clusters = _state.Value.Clusters.Add(summary.Cluster) };
            await Commit();
        }

        Take(summary);
        return new SiteHealth(Liveness.IsSiteOutage(_summaries.LateMembers, _summaries.Members, _options.Liveness));
    }

    public async Task Register(HostId host)
    {
        if (!_state.Value.Hosts.Contains(host))
        {
            if (_state.Value.Hosts.Length >= GrainLimits.HostsMax)
            {
                throw new FogException(FogError.LimitExceeded, $"Site '{_site}' has {GrainLimits.HostsMax} fog hosts already.");
            }

            _state.Value = _state.Value with { Hosts = _state.Value.Hosts.Add(host) };
        }

        await Commit();
        await GrainFactory.GetGrain<IHostGrain>(host.ToString()).Revive();
    }

    public async Task Revive()
    {
        await EnsureReminder();
        if (!_isJournalOpen)
        {
            await _errands.Try(OpenJournal); // Before anything happens that belongs into it.
        }

        var state = _state.Value;
        await Task.WhenAll(
        [
            .. state.Clusters.Select(c => _errands.Try(async () => Take(await Cluster(c).Revive()))),
            .. state.Hosts.Select(h => _errands.Try(() => Host(h).Revive())),
        ]);
    }

    public Task ReceiveReminder(string reminderName, TickStatus status) => Revive();

    public Task<SiteView> Describe() => Task.FromResult(new SiteView(
        _site,
        [.. _state.Value.Clusters.Select(_summaries.Find).OfType<ClusterSummary>()],
        _state.Value.Hosts,
        [.. _onTheirWay, .. _arrivals.Keys]));

    private async Task<string> AskDevice(VoteOrder order, NodeId device)
    {
        var known = await GrainFactory.GetGrain<INodeGrain>(device.ToString()).Describe();
        if (known.Cluster is not { } cluster)
        {
            throw new FogException(FogError.NoCapacity, $"Device '{device.Name}' {(known.LastSeen is { } seen ? $"was last heard of at {seen:u}" : "has not been heard of yet")} and is in no cluster now: see whether it runs.");
        }

        await Cluster(cluster).Open(order);
        return cluster.ToString();
    }

    private async Task<(string? Taker, FogException? Refusal)> AskClusters(VoteOrder order)
    {
        FogException? refusal = null;
        foreach (var cluster in Placing.Clusters(_summaries.All, order.Replicas, GrainLimits.ClustersAskedMax))
        {
            try
            {
                await Cluster(cluster).Open(order);
                if (_summaries.Find(cluster) is { } summary)
                {
                    _summaries.Put(summary with { OpenVotes = summary.OpenVotes + 1 }); // Until it says itself: calls in a burst spread.
                }

                return (cluster.ToString(), null);
            }
            catch (FogException e)
            {
                refusal ??= e;
            }
        }

        int largest = _summaries.All.Select(static s => s.LiveMembers).DefaultIfEmpty().Max();
        return (null, refusal ?? (largest == 0
            ? NoDevice()
            : new(FogError.TooManyReplicas, $"{order.Replicas} replicas, but no cluster has more than {largest} live devices: ask for fewer, or add devices.")));
    }

    private FogException NoDevice() => new(
        FogError.NoCapacity,
        _summaries.Members == 0 ? $"No device is at site '{_site}' yet: start devices, or ask for a host."
        : _lateSince is { } since ? $"All {_summaries.Members} devices of site '{_site}' are late, since {since:u} at the latest: see what keeps them, or ask for a host."
        : $"None of the {_summaries.Members} devices of site '{_site}' takes a call now, and {_summaries.LateMembers} of them are late: call again, or ask for a host.");

    private async Task<(string? Taker, FogException? Refusal)> AskHosts(Func<IHostGrain, Task<int>> ask)
    {
        FogException? refusal = null;
        foreach (var host in Placing.Hosts(_state.Value.Hosts.Select(h => new HostLoad(h, _hostJobs.GetValueOrDefault(h)))))
        {
            try
            {
                _hostJobs[host] = await ask(Host(host));
                return (host.ToString(), null);
            }
            catch (FogException e)
            {
                refusal ??= e;
            }
        }

        return (null, refusal ?? new(FogError.NoCapacity, $"No fog host is at site '{_site}'."));
    }

    private async Task EnsureReminder()
    {
        if (!_hasReminder && _state.Value.Clusters.Length + _state.Value.Hosts.Length > 0)
        {
            await this.RegisterOrUpdateReminder("revive", _options.ReviveEvery, _options.ReviveEvery);
            _hasReminder = true;
        }
    }

    private async Task Commit()
    {
        await _state.Save();
        await EnsureReminder();
    }

    private void Take(ClusterSummary summary)
    {
        if (Knows(summary.Cluster)
            && _summaries.Find(summary.Cluster) is var known
            && summary.Version > (known?.Version ?? 0))
        {
            _summaries.Put(summary);
            _lateSince = _summaries.Members == 0 || _summaries.LateMembers < _summaries.Members ? null : _lateSince ?? _clock.GetUtcNow();
            if ((summary.Members, summary.MovingMembers) != (known?.Members, known?.MovingMembers))
            {
                ScheduleRound();
            }
        }
    }

    private async Task OpenJournal()
    {
        await GrainFactory.GetGrain<IJournalGrain>(_site).Open();
        _isJournalOpen = true;
    }

    /// <summary>Whether the state has it: looked up in a set made anew when the state's list is another.</summary>
    private bool Knows(ClusterId cluster)
    {
        if (_knownOf != _state.Value.Clusters)
        {
            _knownOf = _state.Value.Clusters;
            _known.Clear();
            _known.UnionWith(_knownOf);
        }

        return _known.Contains(cluster);
    }

    private IClusterGrain Cluster(ClusterId cluster) => GrainFactory.GetGrain<IClusterGrain>(cluster.ToString());

    private IHostGrain Host(HostId host) => GrainFactory.GetGrain<IHostGrain>(host.ToString());
}
