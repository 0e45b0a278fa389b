using Fog.Firmware.Virtual;
using Fog.Simulation.Scheduling;
using Fog.Simulation.Site;

namespace Fog.Simulation.Faults;

/// <summary>Makes the faults of a plan that strike at moments of time; those of messages and commits strike where these pass.</summary>
internal sealed class FaultDriver(FaultPlan plan, EventLoop loop, SimulatedSite site, IReadOnlyList<VirtualDevice> devices, SeededRandom random)
{
    private static readonly TimeSpan s_darkMin = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_darkMax = TimeSpan.FromSeconds(90);

    private readonly SimulatedProcess _process = new(loop);

    public void Start(DateTimeOffset end)
    {
        Repeat(plan.DeviceCrashMean, end, CrashDevice);
        Repeat(plan.WireCutMean, end, () => site.CutWire(ClientIdOf(Pick())));
        Repeat(plan.SiloCrashMean, end, () => site.Crash("at any moment"));
        Repeat(plan.PartitionMean, end, site.Partition);
        Repeat(plan.GrainPartitionMean, end, site.PartitionGrains);
        _process.Start(async () =>
        {
            await Task.Delay(end - loop.Now, _process.Clock);
            site.IsFaulty = false;
        });
    }

    private void Repeat(TimeSpan? mean, DateTimeOffset end, Action fault)
    {
        if (mean is { } between)
        {
            _process.Start(async () =>
            {
                while (true)
                {
                    await Task.Delay(random.Exponential(between), _process.Clock);
                    if (loop.Now >= end)
                    {
                        return;
                    }

                    fault();
                }
            });
        }
    }

    private void CrashDevice()
    {
        var device = Pick();
        bool losesMemory = random.Happens(0.5);
        site.Injected(losesMemory ? "device brown-out" : "device crash", $"{device.Options.Site}/{device.Options.Node}");
        device.Interrupt(losesMemory, random.Between(s_darkMin, s_darkMax));
    }

    /// <summary>As the firmware introduces itself (docs/protocol.md).</summary>
    private static string ClientIdOf(VirtualDevice device) => $"{device.Options.Site}.{device.Options.Node}";

    private VirtualDevice Pick() => devices[random.Below(devices.Count)];
}
