using System.Collections.Immutable;
using Fog.Grains.Blobs;
using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Clusters;
using Fog.Grains.Interfaces.Functions;
using Fog.Grains.Interfaces.Hosts;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Invocations;
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
    private readonly HashSet<InvocationId> _running = [];
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

    public async Task<int> Run(VoteOrder order)
    {
        if (!_state.Value.Jobs.Any(j => j.Order.Invocation == order.Invocation))
        {
            if (_state.Value.Jobs.Length >= GrainLimits.HostJobsMax)
            {
                throw new FogException(FogError.LimitExceeded, $"Host {_id} has {GrainLimits.HostJobsMax} calls waiting: try again later.");
            }

            _state.Value = _state.Value with { Jobs = _state.Value.Jobs.Add(new(order, _clock.GetUtcNow(), null)) };
        }

        await _state.Save();
        StartJobs();
        return _state.Value.Jobs.Length;
    }

    public Task Revive()
    {
        StartJobs();
        return Task.CompletedTask;
    }

    /// <summary>Starts what there are slots for, and what is past its deadline: that is not begun, and needs none.</summary>
    private void StartJobs()
    {
        var now = _clock.GetUtcNow();
        foreach (var order in _state.Value.Jobs.Select(static j => j.Order))
        {
            if ((_running.Count < _executor.Slots || now >= order.Deadline) && _running.Add(order.Invocation))
            {
                Later(order.Invocation, TimeSpan.Zero);
            }
        }

        var waiting = _state.Value.Jobs.Where(j => !_running.Contains(j.Order.Invocation));
        _deadlines.Change(waiting.Min(j => (TimeSpan?)(j.Order.Deadline - now)) ?? Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>One tick of a timer of the job's own.</summary>
    private void Later(InvocationId invocation, TimeSpan due)
    {
        IGrainTimer? timer = null;
        timer = this.RegisterGrainTimer(
            async cancellation =>
            {
                try
                {
                    await RunJob(invocation, cancellation);
                }
                finally
                {
                    timer!.Dispose(); // Not before: that cancels the tick.
                }
            },
            new GrainTimerCreationOptions(due, Timeout.InfiniteTimeSpan) { Interleave = true, KeepAlive = true });
    }

    private async Task RunJob(InvocationId invocation, CancellationToken cancellation)
    {
        var job = _state.Value.Jobs.First(j => j.Order.Invocation == invocation);
        bool told = false;
        await _errands.Try(async () =>
        {
            if (job.Outcome is null)
            {
                var outcome = await Execute(job, cancellation);
                _state.Value = _state.Value with { Jobs = _state.Value.Jobs.Replace(job, job with { Outcome = outcome }) };
                job = job with { Outcome = outcome };
            }

            await GrainFactory.GetGrain<IInvocationGrain>(invocation.ToString()).Complete(job.Outcome);
            told = true;
        });
        if (!told)
        {
            Later(invocation, _options.RetryAfter);
            return;
        }

        _running.Remove(invocation);
        _state.Value = _state.Value with { Jobs = _state.Value.Jobs.RemoveAll(j => j.Order.Invocation == invocation) };
        await _state.Save();
        StartJobs();
    }

    private async Task<Outcome> Execute(HostJob job, CancellationToken cancellation)
    {
        var order = job.Order;
        if (Left(order) == TimeSpan.Zero)
        {
            return OutcomeOf(FogError.DeadlineExceeded, $"The deadline {order.Deadline:O} passed before host {_id} came to it.");
        }

        Execution execution;
        try
        {
            var arguments = await GrainFactory.Load(order.Arguments);
            using var deadline = new CancellationTokenSource(Left(order), _clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline.Token);
            execution = await _executor.Execute(new(order.Image, () => LoadModule(order), () => GrainFactory.Load(order.Image), arguments, order.Limits, order.Context), either.Token);
        }
        catch (OperationCanceledException) when (Left(order) == TimeSpan.Zero)
        {
            return OutcomeOf(FogError.DeadlineExceeded, $"The deadline {order.Deadline:O} passed while host {_id} ran it.");
        }
        catch (FogException e)
        {
            return OutcomeOf(e.Error, e.Message);
        }

        foreach (string line in execution.Lines)
        {
            if (_lines.Admit(line) is { } text)
            {
                _logger.LogInformation("Function {Function} on {Host}: {Text}", order.Function, _id, text);
            }
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

    private async Task<ImmutableArray<byte>> LoadModule(VoteOrder order)
    {
        var module = await GrainFactory.GetGrain<IFunctionGrain>(order.Function.ToString()).ModuleOf(order.Image);
        return module is { } digest ? await GrainFactory.Load(digest) : [];
    }

    /// <summary>Time until its deadline; zero when that is past.</summary>
    private TimeSpan Left(VoteOrder order) => order.Deadline - _clock.GetUtcNow() is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;

    private Outcome OutcomeOf(FogError error, string message) => new(error, message, null, new(1, 0, 0, 1, 1, []), 0, 0, 0, _clock.GetUtcNow());
}
