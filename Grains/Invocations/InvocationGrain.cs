using System.Globalization;
using System.Text;
using Fog.Grains.Blobs;
using Fog.Grains.Events;
using Fog.Grains.Expiry;
using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Clusters;
using Fog.Grains.Interfaces.Dispatch;
using Fog.Grains.Interfaces.Events;
using Fog.Grains.Interfaces.Expiry;
using Fog.Grains.Interfaces.Functions;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Invocations;
using Fog.Grains.Results;
using Fog.Grains.State;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace Fog.Grains.Invocations;

/// <summary>Accepts a call once, keeps its one outcome, and applies that one's effects.</summary>
/// <remarks>Reentrant: the outcome may come while the call is still being dispatched.</remarks>
[Reentrant]
public sealed partial class InvocationGrain : Grain, IInvocationGrain
{
    private readonly Durable<InvocationState> _state;
    private readonly FogOptions _options;
    private readonly TimeProvider _clock;
    private readonly Announcer _announcer;
    private readonly HashSet<IInvocationObserver> _watchers = [];
    private InvocationId _id;
    private Task? _starting;
    private Digest? _requested; // By the start under way.
    private TallyView? _progress;

    public InvocationGrain(
        [PersistentState("invocation")] IPersistentState<InvocationState> storage, FogOptions options, TimeProvider clock, ILogger<InvocationGrain> logger)
    {
        _state = new(storage, DeactivateOnIdle);
        _options = options;
        _clock = clock;
        _announcer = new(this, logger);
    }

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _id = InvocationId.Parse(this.GetPrimaryKeyString());
        return Task.CompletedTask;
    }

    public async Task<InvocationStatus> Start(InvocationRequest request)
    {
        Check(request);
        await ForgetExpired();
        var digest = DigestOf(request);
        if ((_state.Value.Call?.Request ?? _requested) is { } known && known != digest)
        {
            throw new FogException(FogError.IdempotencyConflict, $"'{_id.Name}' names another request: use a new key for a new call.");
        }

        if (_state.Value.Call is null && _starting is null)
        {
            _requested = digest;
            _starting = Accept(request, digest);
        }

        await Started();
        return Status();
    }

    public async Task<InvocationStatus> Describe()
    {
        await ForgetExpired();
        if (_state.Value.Call is not null)
        {
            await Started();
        }

        return Status();
    }

    public async Task<string> ResultJson()
    {
        await ForgetExpired();
        return Status().Outcome switch
        {
            { Error: FogError.None, Result: { } value } => CanonicalResult.ToJson(await GrainFactory.Load(value)),
            { } failed => throw new FogException(failed.Error, failed.Message),
            null => throw new FogException(FogError.InvalidRequest, $"Call '{_id.Name}' has not completed: wait for its outcome."),
        };
    }

    public Task Progress(TallyView tally)
    {
        if (_state.Value is { Call: not null, Outcome: null })
        {
            _progress = tally;
            NotifyWatchers();
        }

        return Task.CompletedTask;
    }

    public async Task Complete(Outcome outcome)
    {
        if (_state.Value is { Call: { } open, Outcome: null })
        {
            outcome = await Explained(outcome, open);
        }

        bool isFirst = _state.Value is { Call: not null, Outcome: null };
        if (isFirst)
        {
            _state.Value = _state.Value with { Outcome = outcome };
        }

        if (_state.Value.Call is not { } call)
        {
            await _state.Save();
            DeactivateOnIdle();
            return;
        }

        if (!IsFinishing)
        {
            _finishing = Finish(call, isFirst);
        }

        await _finishing!;
    }

    /// <summary>A trap in the terms of the function's source, where its module knows them.</summary>
    private async Task<Outcome> Explained(Outcome outcome, AcceptedCall call)
    {
        if (outcome is not { Error: FogError.FunctionTrapped, Result: { IsInline: true } result })
        {
            return outcome;
        }

        try
        {
            string meaning = await GrainFactory.GetGrain<IFunctionGrain>(call.Order.Function.ToString()).Explain(call.Order.Image, result.Inline);
            return meaning.Length == 0 ? outcome : outcome with { Message = meaning };
        }
        catch (FogException)
        {
            // The module's bytes are gone: the trap is the outcome all the same.
            return outcome;
        }
    }

    public async Task<DateTimeOffset?> Expire()
    {
        await ForgetExpired();
        if (_state.Value is not { Call: { } call } state)
        {
            DeactivateOnIdle();
            return null;
        }

        return (state.Outcome?.CompletedAt ?? call.Order.Deadline) + _options.OutcomeKept;
    }

    public Task Watch(IInvocationObserver observer)
    {
        var status = Status();
        if (status.Outcome is null)
        {
            if (_watchers.Count >= GrainLimits.WatchersMax && !_watchers.Contains(observer))
            {
                throw new FogException(FogError.LimitExceeded, $"{GrainLimits.WatchersMax} watch call '{_id.Name}' already.");
            }

            _watchers.Add(observer);
            var left = status.Deadline - _clock.GetUtcNow();
            DelayDeactivation(left > TimeSpan.Zero ? left + _options.SilenceMax : _options.SilenceMax);
        }

        observer.Changed(status);
        return Task.CompletedTask;
    }

    public Task Unwatch(IInvocationObserver observer)
    {
        _watchers.Remove(observer);
        return Task.CompletedTask;
    }

    /// <summary>Completes when the call is handed over, after a crash that came between accepting it and that, too.</summary>
    private async Task Started()
    {
        if (_state.Value is { Call: not null, TakenBy: "", Outcome: null })
        {
            _starting ??= Dispatch();
        }

        if (_starting is { } starting)
        {
            try
            {
                await starting;
            }
            finally
            {
                if (_starting == starting)
                {
                    (_starting, _requested) = (null, null);
                }
            }
        }

        await _state.Save();
    }

    private async Task Accept(InvocationRequest request, Digest digest)
    {
        var now = _clock.GetUtcNow();
        var prepared = await GrainFactory.GetGrain<IFunctionGrain>(request.Function.ToString()).Prepare(request.ArgumentsJson, request.Module, request.Site);
        if (prepared.ReadsSensors && request.Device is null)
        {
            throw new FogException(FogError.DeviceRequired, $"'{request.Function.Name}' reads sensors: name the device that is to run it.");
        }

        var order = new VoteOrder(
            _id,
            request.Function,
            request.Placement == Placement.Host || request.Device is not null ? 1 : request.Replicas ?? prepared.DefaultReplicas,
            prepared.Image,
            prepared.ImageBytes,
            prepared.Limits,
            now + request.Timeout,
            prepared.Arguments,
            new(now.ToUnixTimeMilliseconds(), _id.Seed),
            request.Device is { } device ? new NodeId(request.Site, device) : null);
        await GrainFactory.Expect(new(ExpiryKind.Invocation, _id.ToString()), order.Deadline + _options.OutcomeKept);
        _state.Value = new() { Call = new(digest, order, request.Site, request.Placement, now, request.ContinuationsSpent) };
        await _state.Save();
        await Dispatch();
    }

    /// <summary>Hands the call over; one that is refused was never accepted.</summary>
    private async Task Dispatch()
    {
        var call = _state.Value.Call!;
        string takenBy;
        try
        {
            takenBy = await GrainFactory.GetGrain<IDispatcherGrain>(call.Site).Dispatch(call.Order, call.Placement);
        }
        catch (FogException) when (_state.Value.Outcome is null)
        {
            await _state.Clear();
            DeactivateOnIdle();
            throw;
        }

        // In one turn with the name, by which an outcome that comes next sees that it is announced.
        _state.Value = _state.Value with { TakenBy = takenBy };
        if (_state.Value.Outcome is null)
        {
            AnnounceAcceptance(call);
        }

        await _state.Save();
        NotifyWatchers();
    }

    private void AnnounceAcceptance(AcceptedCall call) => _announcer.Announce(call.Site, SiteEvent.Accepted(call.AcceptedAt, _id, call.Order.Function));

    /// <exception cref="FogException"><see cref="FogError.UnknownInvocation"/>.</exception>
    private InvocationStatus Status()
    {
        if (_state.Value is not { Call: { } call } state)
        {
            DeactivateOnIdle();
            throw new FogException(FogError.UnknownInvocation, $"No call '{_id.Name}' is known, or its outcome is older than {_options.OutcomeKept}.");
        }

        var outcome = IsFinishing ? null : state.Outcome;
        var phase = outcome is null ? InvocationPhase.Running
            : outcome.Error == FogError.None ? InvocationPhase.Completed
            : InvocationPhase.Failed;
        var tally = outcome?.Tally ?? _progress ?? new(call.Order.Replicas, 0, 0, call.Order.Replicas, 1, []);
        return new(_id, call.Order.Function, phase, call.AcceptedAt, call.Order.Deadline, state.TakenBy, tally, outcome);
    }

    private void NotifyWatchers()
    {
        var status = Status();
        foreach (var watcher in _watchers)
        {
            watcher.Changed(status);
        }
    }

    private async Task ForgetExpired()
    {
        if (_state.Value.Outcome is { } outcome && outcome.CompletedAt + _options.OutcomeKept < _clock.GetUtcNow())
        {
            await _state.Clear();
        }
    }

    private void Check(InvocationRequest request)
    {
        FogName.Check(request.Site, "site");
        if (request.Device is { } device)
        {
            FogName.Check(device, "device");
            if (request.Placement != Placement.Devices || request.Replicas is not (null or 1))
            {
                throw new FogException(FogError.InvalidRequest, $"A call on device '{device}' runs there and nowhere else: ask for no host, and for one replica or none.");
            }
        }

        if (request.Timeout < GrainLimits.TimeoutMin || request.Timeout > GrainLimits.TimeoutMax)
        {
            throw new FogException(FogError.InvalidRequest, $"A time-out of {request.Timeout}: ask for {GrainLimits.TimeoutMin} to {GrainLimits.TimeoutMax}.");
        }

        if (request.ArgumentsJson.Length > GrainLimits.ArgumentsJsonMax)
        {
            throw new FogException(FogError.LimitExceeded, $"Arguments of {request.ArgumentsJson.Length} characters; at most {GrainLimits.ArgumentsJsonMax}.");
        }

        if (request.Replicas is { } replicas && (replicas < 1 || replicas > _options.Voting.ReplicasMax || replicas % 2 == 0))
        {
            throw new FogException(FogError.TooManyReplicas, $"{replicas} replicas: ask for an odd number from 1 to {_options.Voting.ReplicasMax}.");
        }
    }

    private static Digest DigestOf(InvocationRequest request) => Digest.Of(Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"{request.Function}{(request.Module is { } module ? $"@{module}" : "")}\n{request.Site}\n{request.Replicas}\n{request.Timeout.Ticks}\n{request.Placement}{(request.Device is { } device ? $"@{device}" : "")}\n{request.ArgumentsJson}")));
}
