using Fog.Firmware.Logic.Protocol;
using Fog.Firmware.Logic.Tasks;
using Fog.Firmware.Virtual;
using Fog.Firmware.Virtual.Boards;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Nodes;
using Fog.Grains.Interfaces.Rollouts;
using Fog.Simulation.Faults;
using Fog.Simulation.Invariants;
using Fog.Simulation.Scheduling;
using Fog.Simulation.Site;

namespace Fog.Simulation;

/// <summary>The whole fog in the calling thread on virtual time: production grains, rules, engine, proxy, broker, client and firmware; transport and disk in memory.</summary>
public static class FogSimulation
{
    /// <summary>After the last call, at most so long until all are settled: the longest deadline is 24 periods.</summary>
    private const int SettlePeriods = 40;

    private static readonly TimeSpan s_progressEvery = TimeSpan.FromMinutes(1);

    /// <param name="wallClock">Measures how long the run takes, and touches nothing in it.</param>
    public static SimulationReport Run(SimulationOptions options, TimeProvider wallClock)
    {
        var began = wallClock.GetTimestamp();
        long memoryBefore = GC.GetTotalMemory(forceFullCollection: true);
        var random = new SeededRandom(options.Seed);
        var plan = PlanOf(options, random.Fork());
        var loop = new EventLoop(random.Fork());
        using var log = new EventLog(loop);
        var referee = new Referee(loop, log, options.Faults == FaultLevel.None);
        var site = new SimulatedSite(options, plan, loop, log, referee, random.Fork());
        var workload = new Workload(options, loop, site, referee, random.Fork());
        var deviceProcess = new SimulatedProcess(loop);
        var fleet = new Fleet(options, plan, deviceProcess, site, log, referee, random.Fork());
        var releaser = new Releaser(options, plan, loop, site, referee, random.Fork());
        var started = loop.Now;
        DateTimeOffset? end = null; // Known when the devices are enrolled.

        workload.Start(async () =>
        {
            // Nothing goes wrong before there is a fog.
            site.IsFaulty = false;
            var enrolled = await workload.Prepare();
            site.IsFaulty = true;
            var devices = fleet.Start(enrolled);
            referee.Began = loop.Now;
            end = loop.Now + options.Duration;
            new FaultDriver(plan, loop, site, devices, random.Fork()).Start(end.Value);
            if (options.Rollouts)
            {
                releaser.Start(end.Value);
            }

            await workload.Run(end.Value);
        });

        bool Ended() => referee.Violation is not null || (workload.IsOver && workload.OpenCalls == 0 && !releaser.IsBusy);
        for (var at = started; !Ended() && !(at >= end + (options.Period * SettlePeriods)) && loop.Failure is null; )
        {
            at += s_progressEvery;
            loop.RunUntil(at, Ended);
            options.Progress?.Invoke(loop.Now - started, fleet.Wakes);
        }

        if (loop.Failure is { } failure)
        {
            referee.Violated(Invariant.Determinism, failure.ToString());
        }
        else if (!Ended() && workload.OpenCalls == 0)
        {
            referee.Violated(Invariant.RolloutEnds, "A rollout is under way long after the last fault.");
        }
        else if (!Ended())
        {
            referee.Violated(Invariant.OutcomeInTime, $"{workload.OpenCalls} calls are open long after the last was made.");
        }

        var real = wallClock.GetElapsedTime(began);
        long bytes = (GC.GetTotalMemory(forceFullCollection: true) - memoryBefore) / options.Nodes;
        var report = new SimulationReport(
            options,
            log.Digest(),
            log.Count,
            loop.Steps,
            fleet.Wakes,
            new SortedDictionary<string, int>(referee.Outcomes.ToDictionary(), StringComparer.Ordinal),
            referee.OutvotedByLiars,
            referee.Votes.SeatsFinished,
            referee.Updates,
            site.FaultsInjected,
            loop.Now - started,
            real,
            bytes,
            referee.Violation);
        GC.KeepAlive(fleet);
        GC.KeepAlive(site);
        return report;
    }

    /// <summary>What goes wrong in that run.</summary>
    internal static FaultPlan PlanOf(SimulationOptions options) => PlanOf(options, new SeededRandom(options.Seed).Fork());

    private static FaultPlan PlanOf(SimulationOptions options, SeededRandom random) => FaultPlan.Of(options.Faults, random, options.Period).Without(options.Without);

    /// <summary>The devices.</summary>
    private sealed class Fleet(
        SimulationOptions options, FaultPlan plan, SimulatedProcess process, SimulatedSite site, EventLog log, Referee referee, SeededRandom random)
    {
        /// <summary>Where faults are, some calls outlive it several times.</summary>
        private static readonly TimeSpan s_shortBudget = TimeSpan.FromMilliseconds(100);

        private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
        private IReadOnlyList<VirtualDevice> _devices = [];

        public long Wakes { get; private set; }

        public IReadOnlyList<VirtualDevice> Start(IReadOnlyList<Enrolment> enrolled)
        {
            _devices = [.. enrolled.Select(Make)];
            foreach (var device in _devices)
            {
                process.Start(() => device.RunAsync(CancellationToken.None));
            }

            return _devices;
        }

        private VirtualDevice Make(Enrolment enrolment, int index)
        {
            bool lies = index < plan.Liars;
            if (lies)
            {
                referee.Liars.Add(enrolment.Node);
            }

            // Where faults are, some devices are faster, so that there is something to elect.
            bool isFast = options.Faults != FaultLevel.None && index % 4 == 1;
            var device = new VirtualDeviceOptions
            {
                Site = enrolment.Node.Site,
                Node = enrolment.Node.Name,
                Key = enrolment.Key.AsMemory(),
                Broker = site.Connect,
                Board = Board.Ideal,
                Seed = random.Next(),
                Period = isFast ? options.Period / 2 : options.Period,
                DutyPermille = options.DutyPermille,
                ComputeBudget = options.Faults == FaultLevel.None ? TimeSpan.FromMinutes(1) : s_shortBudget,
                StartAfter = options.Period * index / options.Nodes,
                DriftPpm = plan.DriftPpmMax * ((2 * random.Share()) - 1),
                FirmwareVersion = SimulatedRelease.Factory,
                ReleaseKeys = [SimulatedRelease.Modulus],
                Behaviour = static image => SimulatedRelease.BehaviourOf(image.Span),
                Faults = new VirtualFaults { Lie = !lies ? Lie.None : plan.LiarsCollude ? Lie.Colluding : Lie.Alone },
            };
            VirtualDevice? made = null;
            return made = new VirtualDevice(
                device,
                process.Clock,
                seen =>
                {
                    options.Device?.Invoke(made!, seen);
                    Observe(seen);
                },
                new Witness(enrolment.Node, referee, new PortableExecutor(sensors: null)));
        }

        private void Observe(DeviceObservation seen)
        {
            switch (seen)
            {
                case DeviceWoke woke:
                    Wakes++;
                    referee.Firmware.Woke(seen.Node);
                    Log("woke", woke.Cause.ToString());
                    break;
                case DeviceStartedFirmware started:
                    Log("started", $"{ReleaseManifest.VersionText(started.Version)}{(started.OnProbation ? " on probation" : "")}");
                    referee.Firmware.Started(seen.Node, started.Version, started.OnProbation);
                    break;
                case DeviceSlept slept:
                    referee.Firmware.Stopped(seen.Node);
                    Log("slept", slept.MessagesDropped == 0 ? "" : $"after dropping {slept.MessagesDropped} messages");
                    break;
                case DeviceRanTask ran:
                    Log(ran.Lied ? "ran and lied" : "ran", "");
                    break;
                case DeviceSuspendedTask suspended:
                    Log(suspended.Lied ? "suspended and lied" : "suspended", "");
                    break;
                case DeviceFoundNoBroker:
                    Log("found no broker", "");
                    break;
                case DeviceCrashed crashed:
                    referee.Firmware.Stopped(seen.Node);
                    Log("dark", $"for {crashed.BackAfter}");
                    break;
            }

            void Log(string what, string detail) => log.Add(what, _names.TryGetValue(seen.Node, out var name) ? name : _names[seen.Node] = $"{SimulatedSite.Name}/{seen.Node}", detail);
        }
    }

    /// <summary>Shows the referee what a device is about to run.</summary>
    private sealed class Witness(NodeId node, Referee referee, IExecutor inner) : IExecutor
    {
        public IRun Start(TaskOrder order, byte[] image, byte[] arguments, byte[]? snapshot)
        {
            referee.Runs(node, image);
            if (snapshot is not null)
            {
                referee.Votes.Resumed(node, TaskId.FromBytes(order.TaskId), Digest.Of(snapshot));
            }

            return inner.Start(order, image, arguments, snapshot!);
        }
    }
}
