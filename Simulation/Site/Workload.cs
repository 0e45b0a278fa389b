using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Dispatch;
using Fog.Grains.Interfaces.Functions;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Invocations;
using Fog.Grains.Interfaces.Nodes;
using Fog.Simulation.Invariants;
using Fog.Simulation.Scheduling;

namespace Fog.Simulation.Site;

/// <summary>An application beside the fog: enrols devices, deploys functions, makes calls and asks until each has its outcome.</summary>
internal sealed class Workload(SimulationOptions options, EventLoop loop, SimulatedSite site, Referee referee, SeededRandom random)
{
    /// <summary>From a deadline (or the silo's return after it) to the outcome: the cluster's round, and its word to the invocation, made again after a failure.</summary>
    private static readonly TimeSpan s_outcomeGrace = TimeSpan.FromSeconds(5);

    private const int EnrolmentsAtOnce = 256;

    /// <summary>Of so many calls, one is for the fog host.</summary>
    private const int HostCallsEvery = 8;

    private readonly SimulatedProcess _process = new(loop);
    private DateTimeOffset _end;

    /// <summary>Calls that are not settled yet.</summary>
    public int OpenCalls { get; private set; }

    /// <summary>The last call has been made.</summary>
    public bool IsOver { get; private set; }

    public void Start(Func<Task> method) => _process.Start(method);

    public async Task<IReadOnlyList<Enrolment>> Prepare()
    {
        foreach (var (function, module) in Functions.Modules)
        {
            var view = await Ask(grains => grains.GetGrain<IFunctionGrain>(function.ToString()).Deploy(module));
            referee.Deployed(view.Image);
        }

        var enrolled = new List<Enrolment>(options.Nodes);
        foreach (int[] batch in Enumerable.Range(0, options.Nodes).Chunk(EnrolmentsAtOnce))
        {
            enrolled.AddRange(await Task.WhenAll(batch.Select(i =>
            {
                string node = new NodeId(SimulatedSite.Name, $"d{i}").ToString();
                return Ask(grains => grains.GetGrain<INodeGrain>(node).Enrol());
            })));
        }

        return enrolled;
    }

    /// <summary>Makes calls until <paramref name="end"/>.</summary>
    public async Task Run(DateTimeOffset end)
    {
        _end = end;

        // The first wakes form the clusters.
        await Task.Delay(options.Period * 2.5, _process.Clock);
        const double seatsMean = 2.8; // 3.25 of a call to devices, none of one to the host.
        var mean = options.Period * seatsMean / (options.Nodes * options.TaskShare);
        for (int i = 0; ; i++)
        {
            var pause = random.Exponential(mean);
            if (loop.Now + pause >= end)
            {
                break; // Few devices call once in an hour: such a run would be over long before its next call.
            }

            await Task.Delay(pause, _process.Clock);
            var call = NextCall(i);
            OpenCalls++;
            _process.Start(async () =>
            {
                await Run(call);
                OpenCalls--;
            });
        }

        if (end > loop.Now)
        {
            await Task.Delay(end - loop.Now, _process.Clock);
        }

        IsOver = true;
    }

    private Call NextCall(int number)
    {
        // Ten devices are two clusters of five; of fewer, none may have five.
        var placement = random.Below(HostCallsEvery) == 0 ? Placement.Host : Placement.Devices;
        int replicas = options.Nodes < 10 ? 3 : random.Below(8) switch { 0 => 1, < 6 => 3, _ => 5 };
        var timeout = options.Period * (5 + random.Below(20));
        timeout = timeout < TimeSpan.FromHours(24) ? timeout : TimeSpan.FromHours(24);
        if (random.Happens(0.2))
        {
            int x = random.Below(5);
            return Make(Functions.Ratio, $"[{x}]", Functions.RatioOf(x));
        }

        // Most are short; some take a second of a device's time, so that it can fail in the middle. Of fewer than five devices nobody is left for the seat
        // of one that is lost there: then most are long.
        int rounds = 1 + random.Below(random.Happens(options.Nodes < 5 ? 0.7 : 0.1) ? 100_000 : 2_000);
        int seed = random.Below(int.MaxValue);
        return Make(Functions.Churn, $"[{rounds},{seed}]", Functions.Churned(rounds, seed));

        Call Make(FunctionId function, string arguments, Digest? expected) =>
            new(new InvocationId(Functions.Tenant, $"c{number}"), new InvocationRequest(function, SimulatedSite.Name, arguments, replicas, timeout, placement), expected);
    }

    private async Task Run(Call call)
    {
        InvocationStatus status;
        try
        {
            status = await Ask(grains => Grain(grains, call).Start(call.Request));
        }
        catch (FogException refused)
        {
            referee.Refused(call, refused.Error);
            return;
        }

        referee.Accepted(call, status);
        referee.Told(call, status);
        try
        {
            await Watch(call);

            // Asked again later, it says the same; nobody waits for that long after the last call.
            double periods = Math.Clamp(((_end - loop.Now) / options.Period) + 1, 1, 10);
            await Task.Delay(random.Between(TimeSpan.Zero, options.Period * periods), _process.Clock);
            referee.Settle(call, await Ask(grains => Grain(grains, call).Describe()));
        }
        catch (FogException unknown) when (unknown.Error == FogError.UnknownInvocation)
        {
            referee.Unknown(call);
        }
    }

    /// <summary>Until the outcome comes, or ought to have come.</summary>
    private async Task Watch(Call call)
    {
        while (true)
        {
            var silo = await site.Up();
            var watcher = new Watcher(referee, call);
            try
            {
                var reference = silo.Grains.CreateObjectReference<IInvocationObserver>(watcher);
                await silo.Ask(async grains =>
                {
                    await Grain(grains, call).Watch(reference);
                    return true;
                });
                var due = (call.Deadline > silo.UpSince ? call.Deadline : silo.UpSince) + s_outcomeGrace;
                if (due > loop.Now)
                {
                    using var enough = new CancellationTokenSource();
                    await Task.WhenAny(watcher.Outcome, silo.Died, Task.Delay(due - loop.Now, _process.Clock, enough.Token));
                    enough.Cancel();
                }

                referee.Settle(call, await silo.Ask(grains => Grain(grains, call).Describe()));
                GC.KeepAlive(watcher);
                return;
            }
            catch (Exception e) when (SimulatedSite.IsAway(e))
            {
                // On with the next silo: it owes the outcome then.
                await Task.Delay(SimulatedSite.RetryAfter, _process.Clock);
            }
        }
    }

    private Task<T> Ask<T>(Func<IGrainFactory, Task<T>> call) => site.Ask(_process, call);

    private static IInvocationGrain Grain(IGrainFactory grains, Call call) => grains.GetGrain<IInvocationGrain>(call.Id.ToString());

    private sealed class Watcher(Referee referee, Call call) : IInvocationObserver
    {
        private readonly TaskCompletionSource _outcome = new();

        public Task Outcome => _outcome.Task;

        public void Changed(InvocationStatus status)
        {
            referee.Told(call, status);
            if (status.Outcome is not null)
            {
                _outcome.TrySetResult();
            }
        }
    }
}
