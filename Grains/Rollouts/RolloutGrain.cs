using System.Collections.Immutable;
using Fog.Grains.Events;
using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Clusters;
using Fog.Grains.Interfaces.Dispatch;
using Fog.Grains.Interfaces.Events;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Nodes;
using Fog.Grains.Interfaces.Rollouts;
using Fog.Grains.Rules;
using Fog.Grains.State;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace Fog.Grains.Rollouts;

/// <summary>Drives a site's rollout: marks are durable before a device is offered anything, so that no crash makes a stage larger.</summary>
/// <remarks>Reentrant, since the node grains it calls may report. While a rollout runs, a reminder brings the grain back after a crash;
/// what it knows of wakes and of offers that arrived, it asks for anew then.</remarks>
[Reentrant]
public sealed class RolloutGrain : Grain, IRolloutGrain, IRemindable
{
    private const string Reminder = "rollout";

    private readonly Durable<RolloutState> _state;
    private readonly Durable<RolloutFleet> _fleet;
    private readonly FogOptions _options;
    private readonly TimeProvider _clock;
    private readonly Errands _errands;
    private readonly Announcer _announcer;

    // Of devices that have the present offer in their mail.
    private readonly Dictionary<string, WakePlan> _wakes = [];

    // Of devices that are under way: what they were sent so far.
    private readonly Dictionary<string, long> _sent = [];

    // Where in the fleet a device is.
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private string _site = "";
    private DateTimeOffset _since;
    private IGrainTimer _timer = null!;
    private bool _isLooking;
    private bool _isToLook; // Once more: there is news since.
    private bool _isRecalled;

    public RolloutGrain(
        [PersistentState("rollout")] IPersistentState<RolloutState> storage,
        [PersistentState("fleet")] IPersistentState<RolloutFleet> fleet,
        FogOptions options,
        TimeProvider clock,
        ILogger<RolloutGrain> logger)
    {
        _state = new(storage, DeactivateOnIdle);
        _fleet = new(fleet, DeactivateOnIdle);
        _options = options;
        _clock = clock;
        _errands = new(clock, options.RetryAfter, logger);
        _announcer = new(this, logger);
    }

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _site = FogName.Check(this.GetPrimaryKeyString(), "site");
        _since = Now;
        if (_state.Value.FormerDevices is { } former)
        {
            _fleet.Value = RolloutFleet.Of(_state.Value) with { Devices = former };
            await _fleet.Save();
            _state.Value = _state.Value with { FormerDevices = null };
        }

        Place();
        _timer = this.RegisterGrainTimer(
            static (self, _) => self.Look(),
            this,
            new GrainTimerCreationOptions(_options.RolloutLook, _options.RolloutLook) { Interleave = true, KeepAlive = true });
    }

    public async Task<RolloutView> Start(string release, RolloutPolicy policy)
    {
        RolloutRules.Check(policy);
        if (_state.Value is { Offer: not null, Phase: RolloutPhase.Running or RolloutPhase.Paused } other)
        {
            throw new FogException(FogError.RolloutConflict, $"The rollout of {other.Release} has not ended: abort it first.");
        }

        var offer = await GrainFactory.GetGrain<IReleaseCatalogueGrain>(_site).Find(release);
        var devices = await Devices();
        if (devices.Count == 0)
        {
            throw new FogException(FogError.NoCapacity, $"No device is at site '{_site}' yet: start devices.");
        }

        if (devices.Count > GrainLimits.RolloutDevicesMax)
        {
            throw new FogException(FogError.LimitExceeded, $"Site '{_site}' has {devices.Count} devices; a rollout has at most {GrainLimits.RolloutDevicesMax}.");
        }

        if (_state.Value is { Offer: not null, Phase: RolloutPhase.Running or RolloutPhase.Paused } meanwhile)
        {
            throw new FogException(FogError.RolloutConflict, $"The rollout of {meanwhile.Release} has not ended: abort it first.");
        }

        await Take(RolloutRules.Begin(offer, release, policy, Now));
        await Join(devices);
        return View();
    }

    public Task<RolloutView> Describe()
    {
        Existing();
        return Task.FromResult(View());
    }

    public async Task<RolloutView> Pause()
    {
        var state = Open();
        await Take(state.Phase == RolloutPhase.Running ? RolloutRules.Halted(state, RolloutPhase.Paused, RolloutHalt.ByHand) : state);
        return View();
    }

    public async Task<RolloutView> Resume()
    {
        var state = Open();
        await Take(state.Phase == RolloutPhase.Paused ? RolloutRules.Resumed(state) : state);
        return View();
    }

    public async Task<RolloutView> Abort()
    {
        await Take(RolloutRules.Halted(Open(), RolloutPhase.Aborted, RolloutHalt.ByHand));
        return View();
    }

    public async Task<bool> Report(NodeId node, UpdateReport report)
    {
        if (_state.Value.Offer?.Release != report.Release)
        {
            return false;
        }

        _wakes[node.Name] = report.Wakes;
        _sent[node.Name] = report.SentBytes;
        var reported = RolloutRules.Reported(_state.Value, Place(node.Name), node.Name, report);
        var judged = RolloutRules.Judged(reported);
        bool isThrough = IsThrough(reported, judged);
        await Take(isThrough ? reported : judged);
        if (isThrough)
        {
            _timer.Change(TimeSpan.Zero, _options.RolloutLook); // For whoever came meanwhile, it asks others first.
        }

        var state = _state.Value;
        int place = Place(node.Name);
        bool isUnderWay = place >= 0 && place < state.Marks.Length && state.Marks[place] == RolloutMark.Offered;
        if (!isUnderWay)
        {
            _sent.Remove(node.Name);
        }

        return isUnderWay && state.Phase == RolloutPhase.Running;
    }

    public Task ReceiveReminder(string reminderName, TickStatus status) => Look();

    private DateTimeOffset Now => _clock.GetUtcNow();

    private bool IsRunning => _state.Value is { Offer: not null, Phase: RolloutPhase.Running };

    private RolloutState Existing() => _state.Value.Offer is null
        ? throw new FogException(FogError.UnknownRollout, $"Site '{_site}' has had no rollout: begin one with `fog rollout start`.")
        : _state.Value;

    private RolloutState Open() => Existing() is { Phase: RolloutPhase.Running or RolloutPhase.Paused } state
        ? state
        : throw new FogException(FogError.RolloutConflict, $"The rollout of {_state.Value.Release} has ended: begin another with `fog rollout start`.");

    /// <summary>Makes a state durable, says what is new of it, and has the rest follow soon.</summary>
    private async Task Take(RolloutState next)
    {
        var before = _state.Value;
        if (before.Offer?.Attempt != next.Offer?.Attempt || before.Offer?.Release != next.Offer?.Release)
        {
            _wakes.Clear();
            _since = Now;
        }

        _state.Value = next;
        await _state.Save();
        if (ReferenceEquals(before, next))
        {
            return;
        }

        bool isNew = before.Offer?.Release != next.Offer!.Release;
        if (isNew || (before.Phase, before.Stage) != (next.Phase, next.Stage))
        {
            _isRecalled = false;
            _announcer.Announce(_site, SiteEvent.OfRollout(Now, next.Release, next.Phase, next.Halt, next.Policy.Stages[next.Stage]));
            _timer.Change(TimeSpan.Zero, _options.RolloutLook);
        }
    }

    /// <summary>A stage is over, and what comes next is to be for all devices that are there then.</summary>
    private static bool IsThrough(RolloutState state, RolloutState judged) => judged.Stage != state.Stage || judged.Phase == RolloutPhase.Completed;

    private async Task Look()
    {
        _isToLook = true;
        if (_isLooking)
        {
            return;
        }

        _isLooking = true;
        try
        {
            while (_isToLook)
            {
                _isToLook = false;
                await Follow();
            }
        }
        finally
        {
            _isLooking = false;
        }
    }

    private async Task Follow()
    {
        if (!IsRunning)
        {
            await StandStill();
            return;
        }

        await _errands.Try(() => this.RegisterOrUpdateReminder(Reminder, _options.ReviveEvery, _options.ReviveEvery));
        var offer = _state.Value.Offer!;
        foreach (var batch in UnderWay().Where(device => !_wakes.ContainsKey(device)).Chunk(GrainLimits.RolloutOffersAtOnce))
        {
            await Task.WhenAll(batch.Select(device => _errands.Try(async () =>
            {
                if (_state.Value.Offer == offer && IsRunning)
                {
                    _wakes[device] = await Node(device).Offer(offer);
                }
            })));
        }

        var state = _state.Value;
        foreach (var device in UnderWay().Where(device => _wakes.TryGetValue(device, out var plan) && plan.Missed(Now, _since) >= state.Policy.MissedWakesMax).ToList())
        {
            state = RolloutRules.Missed(state, Place(device));
        }

        // Even without news: an empty stage is over at once.
        var judged = RolloutRules.Judged(state);
        if (IsThrough(state, judged))
        {
            await Take(state);
            var devices = await Devices();
            if (!IsRunning || _state.Value.Offer != offer)
            {
                return;
            }

            await Join(devices);
            if (!IsRunning || _state.Value.Offer != offer)
            {
                return;
            }

            judged = RolloutRules.Judged(_state.Value);
        }

        await Take(judged);
    }

    /// <summary>Takes back what was offered; then there is nothing to do until somebody asks.</summary>
    private async Task StandStill()
    {
        if (!_isRecalled && _state.Value.Offer is { } offer)
        {
            bool isDone = true;
            foreach (var batch in Recalled().Chunk(GrainLimits.RolloutOffersAtOnce))
            {
                await Task.WhenAll(batch.Select(async device =>
                {
                    bool isTold = false;
                    await _errands.Try(async () =>
                    {
                        await Node(device).Recall(offer.Release);
                        isTold = true;
                    });
                    isDone &= isTold;
                }));
            }

            if (IsRunning || !isDone)
            {
                return;
            }

            _isRecalled = true;
        }

        if (await this.GetReminder(Reminder) is { } reminder)
        {
            await this.UnregisterReminder(reminder);
        }

        if (!IsRunning)
        {
            DeactivateOnIdle();
        }
    }

    private ImmutableArray<string> UnderWay() => Marked(static mark => mark == RolloutMark.Offered);

    /// <summary>Who missed its wakes would be offered it still when it comes; after the last stage it may.</summary>
    private ImmutableArray<string> Recalled()
    {
        bool isComplete = _state.Value.Phase == RolloutPhase.Completed;
        return Marked(mark => mark == RolloutMark.Offered || (mark == RolloutMark.Missing && !isComplete));
    }

    private ImmutableArray<string> Marked(Predicate<char> which)
    {
        var (marks, devices) = (_state.Value.Marks, _fleet.Value.Devices);
        return [.. Enumerable.Range(0, marks.Length).Where(i => which(marks[i])).Select(i => devices[i])];
    }

    /// <summary>Takes in the devices that the rollout does not have yet: their names first, so that a mark always has one.</summary>
    private async Task Join(IReadOnlyList<string> devices)
    {
        var state = _state.Value;
        var fleet = _fleet.Value.IsOf(state) ? _fleet.Value : RolloutFleet.Of(state);
        _fleet.Value = RolloutRules.Joined(fleet, devices, state.Offer!.Release);
        Place();
        await _fleet.Save();
        if (_fleet.Value.IsOf(_state.Value))
        {
            await Take(RolloutRules.Joined(_state.Value, _fleet.Value));
        }
    }

    private void Place()
    {
        _places.Clear();
        foreach (string device in _fleet.Value.Devices)
        {
            _places.Add(device, _places.Count);
        }
    }

    /// <returns>Negative: it is not in the fleet.</returns>
    private int Place(string device) => _places.GetValueOrDefault(device, -1);

    private async Task<IReadOnlyList<string>> Devices()
    {
        var site = await GrainFactory.GetGrain<IDispatcherGrain>(_site).Describe();
        var names = new List<string>(site.Unassigned.Select(static node => node.Name));
        foreach (var batch in site.Clusters.Chunk(GrainLimits.RolloutOffersAtOnce))
        {
            var clusters = await Task.WhenAll(batch.Select(c => GrainFactory.GetGrain<IClusterGrain>(c.Cluster.ToString()).Describe()));
            names.AddRange(clusters.SelectMany(static cluster => cluster.Members).Select(static member => member.Node.Name));
        }

        return names;
    }

    private RolloutView View()
    {
        var state = _state.Value;
        return new(
            state.Release,
            state.Phase,
            state.Halt,
            state.Policy,
            state.Stage,
            state.Offer!.Attempt,
            state.StartedAt,
            state.Marks.Length,
            RolloutRules.Quota(state),
            RolloutRules.Reached(state),
            RolloutRules.Count(state, RolloutMark.Offered),
            RolloutRules.Count(state, RolloutMark.Confirmed),
            RolloutRules.Count(state, RolloutMark.Failed),
            RolloutRules.Count(state, RolloutMark.Missing),
            RolloutRules.Count(state, RolloutMark.NotEligible),
            state.SentBytes + _sent.Values.Sum(),
            state.Failures);
    }

    private INodeGrain Node(string device) => GrainFactory.GetGrain<INodeGrain>(new NodeId(_site, device).ToString());
}
