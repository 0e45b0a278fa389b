using Fog.Firmware.Virtual;
using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Rollouts;
using Fog.Simulation.Faults;
using Fog.Simulation.Invariants;
using Fog.Simulation.Scheduling;

namespace Fog.Simulation.Site;

/// <summary>Whoever keeps the firmware up to date: rolls out one release after another, good ones and others, and decides about those that pause.</summary>
internal sealed class Releaser(SimulationOptions options, FaultPlan plan, EventLoop loop, SimulatedSite site, Referee referee, SeededRandom random)
{
    /// <summary>A device that keeps failing to connect misses two wakes before it rolls back.</summary>
    private static readonly RolloutPolicy s_policy = new([300, 1000], SuccessPermille: 950, PauseOn: 2, MissedWakesMax: 5);

    /// <summary>From the end of a rollout to the next one, in periods. Where nothing goes wrong, one is like another.</summary>
    private readonly int _restMean = options.Faults == FaultLevel.None ? 100 : 10;

    private readonly SimulatedProcess _process = new(loop);

    /// <summary>A rollout is under way.</summary>
    public bool IsBusy { get; private set; }

    /// <summary>Rolls out releases until <paramref name="end"/>, and sees the last one through.</summary>
    public void Start(DateTimeOffset end) => _process.Start(async () =>
    {
        // The first wakes form the clusters.
        await Task.Delay(options.Period * (3 + random.Below(4)), _process.Clock);
        for (uint number = 1; loop.Now < end; number++)
        {
            IsBusy = true;
            await RollOut(Next(number));
            IsBusy = false;
            await Task.Delay(random.Exponential(options.Period * _restMean), _process.Clock);
        }
    });

    private SimulatedRelease Next(uint number)
    {
        const uint newer = 0x01_00_00;
        if (!random.Happens(plan.BadReleases))
        {
            return SimulatedRelease.Make(newer + number, FirmwareBehaviour.Works, isSigned: true, random);
        }

        return random.Below(4) switch
        {
            0 => SimulatedRelease.Make(newer + number, FirmwareBehaviour.Works, isSigned: false, random),
            1 => SimulatedRelease.Make(number % SimulatedRelease.Factory, FirmwareBehaviour.Works, isSigned: true, random),
            2 => SimulatedRelease.Make(newer + number, FirmwareBehaviour.CrashesAtBoot, isSigned: true, random),
            _ => SimulatedRelease.Make(newer + number, FirmwareBehaviour.NeverConnects, isSigned: true, random),
        };
    }

    private async Task RollOut(SimulatedRelease release)
    {
        referee.Firmware.Released(release, reachMax: (options.Nodes * s_policy.Stages[0] + 999) / 1000);
        var added = await site.Ask(_process, grains => grains.GetGrain<IReleaseCatalogueGrain>(SimulatedSite.Name).Add(release.File));
        RolloutView view;
        try
        {
            view = await site.Ask(_process, grains => Grain(grains).Start(added.Name, s_policy));
        }
        catch (FogException started) when (started.Error == FogError.RolloutConflict)
        {
            view = await Describe(); // By an answer that was lost.
        }
        catch (FogException none) when (none.Error == FogError.NoCapacity)
        {
            return; // No device has come yet.
        }

        bool wasResumed = false;
        while (view.Phase is RolloutPhase.Running or RolloutPhase.Paused)
        {
            if (view.Phase == RolloutPhase.Paused)
            {
                bool goesOn = !wasResumed && random.Happens(0.5);
                wasResumed |= goesOn;
                await Decide(goesOn);
            }

            await Task.Delay(options.Period, _process.Clock);
            view = await Describe();
        }

        referee.RolloutEnded(release, view);
    }

    private async Task Decide(bool goesOn)
    {
        try
        {
            await site.Ask(_process, grains => goesOn ? Grain(grains).Resume() : Grain(grains).Abort());
        }
        catch (FogException ended) when (ended.Error == FogError.RolloutConflict)
        {
            // By an answer that was lost.
        }
    }

    private Task<RolloutView> Describe() => site.Ask(_process, static grains => Grain(grains).Describe());

    private static IRolloutGrain Grain(IGrainFactory grains) => grains.GetGrain<IRolloutGrain>(SimulatedSite.Name);
}
