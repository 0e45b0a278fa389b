using System.Collections.Immutable;
using Fog.Grains.Blobs;
using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Clusters;
using Fog.Grains.Interfaces.Functions;
using Fog.Grains.Interfaces.Hosts;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Invocations;
using Fog.Grains.Interfaces.Nodes;
using Fog.Grains.Results;
using Fog.Grains.State;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace Fog.Grains.Hosts;

/// <summary>Durable queue of one fog host. Jobs run in ticks of timers of their own, so that no call waits for one; a crash runs them again,
/// to the same result.</summary>
[Reentrant, KeepAlive]
public sealed class HostGrain : Grain, IHostGrain
{
    private readonly Durable<HostState> _state;
    private readonly FogOptions _options;
    private readonly TimeProvider _clock;
    private readonly IFunctionExecutor _executor;
    private readonly Errands _errands;
    private readonly MinuteLog _lines;
    private readonly ILogger _logger;
    private readonly HashSet<JobId> _running = [];
    private IGrainTimer _deadlines = null!;
    private HostId _id;

    public HostGrain(
        [PersistentState("host")] IPersistentState<HostState> storage,
        FogOptions options,
        TimeProvider clock,
        IFunctionExecutor executor,
        ILogger<HostGrain> logger)
    {
        _state = new(storage, DeactivateOnIdle);
        _options = options;
        _clock = clock;
        _executor = executor;
        _errands = new(clock, options.RetryAfter, logger);
        _lines = new(clock);
        _logger = logger;
    }

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _id = HostId.Parse(this.GetPrimaryKeyString());
        _deadlines = this.RegisterGrainTimer(
            static (self, _) => self.Revive(),
            this,
            new GrainTimerCreationOptions(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan) { Interleave = true, KeepAlive = true });
        StartJobs();
        return Task.CompletedTask;
    }

    public Task<int> Run(VoteOrder order) => Take(new HostJob(order, _clock.GetUtcNow(), null));

    public Task<int> Finish(VoteOrder order, SuspendedSeat seat) => Take(new HostJob(order, _clock.GetUtcNow(), null, seat));

    public Task Revive()
    {
        StartJobs();
        return Task.CompletedTask;
    }

    private async Task<int> Take(HostJob job)
    {
        if (!_state.Value.Jobs.Any(j => j.Id == job.Id))
        {
            if (_state.Value.Jobs.Length >= GrainLimits.HostJobsMax)
            {
                throw new FogException(FogError.LimitExceeded, $"Host {_id} has {GrainLimits.HostJobsMax} calls waiting: try again later.");
            }

            _state.Value = _state.Value with { Jobs = _state.Value.Jobs.Add(job) };
        }

        await _state.Save();
        StartJobs();
        return _state.Value.Jobs.Length;
    }

    /// <summary>Starts what there are slots for, and what is past its deadline: that is not begun, and needs none.</summary>
    private void StartJobs()
    {
        var now = _clock.GetUtcNow();
        foreach (var job in _state.Value.Jobs)
        {
            if ((_running.Count < _executor.Slots || now >= job.Order.Deadline) && _running.Add(job.Id))
            {
                Later(job.Id, TimeSpan.Zero);
            }
        }

        var waiting = _state.Value.Jobs.Where(j => !_running.Contains(j.Id));
        _deadlines.Change(waiting.Min(j => (TimeSpan?)(j.Order.Deadline - now)) ?? Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>One tick of a timer of the job's own.</summary>
    private void Later(JobId id, TimeSpan due)
    {
        IGrainTimer? timer = null;
        timer = this.RegisterGrainTimer(
            async cancellation =>
            {
                try
                {
                    await RunJob(id, cancellation);
                }
                finally
                {
                    timer!.Dispose(); // Not before: that cancels the tick.
                }
            },
            new GrainTimerCreationOptions(due, Timeout.InfiniteTimeSpan) { Interleave = true, KeepAlive = true });
    }

    private async Task RunJob(JobId id, CancellationToken cancellation)
    {
        var job = _state.Value.Jobs.First(j => j.Id == id);
        bool told = false;
        await _errands.Try(async () =>
        {
            if (job is { Outcome: null, Vote: null })
            {
                var ended = job.Seat is { } seat ? job with { Vote = await VoteOf(job.Order, seat, cancellation) } : job with { Outcome = await OutcomeOf(job.Order, cancellation) };
                _state.Value = _state.Value with { Jobs = _state.Value.Jobs.Replace(job, ended) };
                job = ended;
            }

            await Tell(job);
            told = true;
        });
        if (!told)
        {
            Later(id, _options.RetryAfter);
            return;
        }

        _running.Remove(id);
        _state.Value = _state.Value with { Jobs = _state.Value.Jobs.RemoveAll(j => j.Id == id) };
        await _state.Save();
        StartJobs();
    }

    private Task Tell(HostJob job) =>
        job.Seat is not { } seat ? GrainFactory.GetGrain<IInvocationGrain>(job.Order.Invocation.ToString()).Complete(job.Outcome!)
        : job.Vote is { } vote ? GrainFactory.GetGrain<IClusterGrain>(seat.Cluster.ToString()).Finish(seat.Node, vote)
        : Task.CompletedTask;

    private async Task<Outcome> OutcomeOf(VoteOrder order, CancellationToken cancellation)
    {
        Execution execution;
        try
        {
            execution = await Execute(order, null, cancellation);
        }
        catch (FogException e)
        {
            return OutcomeOf(e.Error, e.Message);
        }

        var value = await GrainFactory.Store(execution.Result);
        var (error, message) = CanonicalResult.ErrorOf(value);
        return OutcomeOf(error, message) with
        {
            Result = value,
            Tally = new(1, 1, 0, 0, 1, []),
            FuelUsed = execution.FuelUsed,
            Joules = execution.Joules,
        };
    }

    /// <summary>What the maker of the snapshot would have voted. Null at the deadline, at which the cluster ends the vote itself.</summary>
    private async Task<SeatVote?> VoteOf(VoteOrder order, SuspendedSeat seat, CancellationToken cancellation)
    {
        var before = seat.Snapshot;
        Execution execution;
        try
        {
            execution = await Execute(order, before, cancellation);
        }
        catch (FogException e) when (e.Error == FogError.DeadlineExceeded)
        {
            return null;
        }
        catch (FogException e)
        {
            var failure = e.Error switch
            {
                FogError.BlobUnavailable => DeviceFailure.TransferFailed,
                FogError.InvalidArguments => DeviceFailure.ArgumentsRejected,
                _ => DeviceFailure.SnapshotRejected, // Its shape was checked, but it turned out to be the state of no run.
            };
            return new(seat.Task, failure, null, before.FuelUsed, before.Execute, before.Joules);
        }

        var value = CanonicalResult.IsWellFormed(execution.Result.AsSpan()) ? await GrainFactory.Store(execution.Result) : null;
        return new(seat.Task, value is null ? DeviceFailure.SnapshotRejected : DeviceFailure.None, value, execution.FuelUsed, before.Execute, before.Joules + execution.Joules);
    }

    /// <param name="from">Where to go on; null: begin.</param>
    /// <exception cref="FogException">Why there is no result.</exception>
    private async Task<Execution> Execute(VoteOrder order, TaskSnapshot? from, CancellationToken cancellation)
    {
        if (Left(order) == TimeSpan.Zero)
        {
            throw new FogException(FogError.DeadlineExceeded, $"The deadline {order.Deadline:O} passed before host {_id} came to it.");
        }

        Execution execution;
        try
        {
            var arguments = await GrainFactory.Load(order.Arguments);
            ImmutableArray<byte> snapshot = from is null ? [] : await GrainFactory.Load(from.Digest);
            using var deadline = new CancellationTokenSource(Left(order), _clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline.Token);
            execution = await _executor.Execute(
                new(order.Image, () => LoadModule(order), () => GrainFactory.Load(order.Image), arguments, order.Limits, order.Context, snapshot), either.Token);
        }
        catch (OperationCanceledException) when (Left(order) == TimeSpan.Zero)
        {
            throw new FogException(FogError.DeadlineExceeded, $"The deadline {order.Deadline:O} passed while host {_id} ran it.");
        }

        foreach (string line in execution.Lines)
        {
            if (_lines.Admit(line) is { } text)
            {
                _logger.LogInformation("Function {Function} on {Host}: {Text}", order.Function, _id, text);
            }
        }

        return execution;
    }

    private async Task<ImmutableArray<byte>> LoadModule(VoteOrder order)
    {
        var module = await GrainFactory.GetGrain<IFunctionGrain>(order.Function.ToString()).ModuleOf(order.Image);
        return module is { } digest ? await GrainFactory.Load(digest) : [];
    }

    /// <summary>Time until its deadline; zero when that is past.</summary>
    private TimeSpan Left(VoteOrder order) => order.Deadline - _clock.GetUtcNow() is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;

    private Outcome OutcomeOf(FogError error, string message) => new(error, message, null, new(1, 0, 0, 1, 1, []), 0, 0, 0, _clock.GetUtcNow());
}
