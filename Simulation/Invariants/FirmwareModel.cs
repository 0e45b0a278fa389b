using Fog.Firmware.Loader.Slots;
using Fog.Grains.Interfaces.Rollouts;
using Fog.Simulation.Site;

namespace Fog.Simulation.Invariants;

/// <summary>The reference model of the devices' firmware: what each has confirmed, what it tries, and how often it has started that.</summary>
internal sealed class FirmwareModel(Referee referee)
{
    private readonly Dictionary<uint, Offered> _releases = [];
    private readonly Dictionary<string, Device> _devices = [];

    /// <summary>How often releases were started on probation.</summary>
    public int Trials { get; private set; }

    /// <summary>How often a device went back to what it ran before.</summary>
    public int RolledBack { get; private set; }

    /// <summary>How often a device kept a release.</summary>
    public int Confirmed { get; private set; }

    /// <param name="reachMax">Devices of the first stage, beyond which a release that does not come up must not go.</param>
    public void Released(SimulatedRelease release, int reachMax) => _releases.Add(release.Version, new(release, reachMax, []));

    /// <summary>The device starts; what, it says next if that is not what it ran before.</summary>
    public void Woke(string node)
    {
        if (_devices.TryGetValue(node, out var device) && device.Trial is not null)
        {
            device.Boots++;
        }
    }

    public void Started(string node, uint version, bool onProbation)
    {
        if (!_devices.TryGetValue(node, out var device))
        {
            _devices.Add(node, device = new(version));
        }

        if (onProbation)
        {
            Tries(node, device, version);
        }
        else
        {
            Runs(node, device, version);
        }
    }

    /// <summary>The device sleeps, or is dark.</summary>
    public void Stopped(string node)
    {
        if (_devices.TryGetValue(node, out var device) && device.Trial is { } trial && device.Boots > Slots.BootsMax)
        {
            referee.Violated(
                Invariant.BadUpdateRollsBack, $"{node} has started {Text(trial)} {device.Boots} times without confirming it; {Slots.BootsMax} are allowed.", Subject(node));
        }
    }

    public bool HasConfirmed(string node, uint version) => _devices.TryGetValue(node, out var device) && device.Confirmed.Contains(version);

    private void Tries(string node, Device device, uint version)
    {
        Trials++;
        device.Trial = version;
        device.Boots = 1;
        if (!_releases.TryGetValue(version, out var released) || !released.Release.IsSigned)
        {
            referee.Violated(Invariant.SignedFirmwareOnly, $"{node} starts {Text(version)}, which is not signed by a key that it knows.", Subject(node));
            return;
        }

        if (version <= device.Confirmed.Max())
        {
            referee.Violated(Invariant.SignedFirmwareOnly, $"{node} starts {Text(version)}, and has confirmed {Text(device.Confirmed.Max())}.", Subject(node));
        }

        released.Reached.Add(node);
        if (!released.Release.ComesUp && released.Reached.Count > released.ReachMax)
        {
            referee.Violated(
                Invariant.BadUpdateStops, $"{Text(version)}, which does not come up, was started by {released.Reached.Count} devices; its rollout's first stage has {released.ReachMax}.", Subject(node));
        }
    }

    private void Runs(string node, Device device, uint version)
    {
        uint before = device.Confirmed.Max();
        if (version == device.Trial)
        {
            Confirmed++;
            device.Confirmed.Add(version);
            if (!_releases[version].Release.ComesUp)
            {
                referee.Violated(Invariant.BadUpdateRollsBack, $"{node} keeps {Text(version)}, which does not come up.", Subject(node));
            }
        }
        else if (version != before)
        {
            referee.Violated(Invariant.BadUpdateRollsBack, $"{node} runs {Text(version)}, and {Text(before)} is what it has confirmed last.", Subject(node));
        }
        else if (device.Trial is not null)
        {
            RolledBack++;
        }

        device.Trial = null;
    }

    private static string Subject(string node) => $"{SimulatedSite.Name}/{node}";

    private static string Text(uint version) => ReleaseManifest.VersionText(version);

    private sealed record Offered(SimulatedRelease Release, int ReachMax, HashSet<string> Reached);

    private sealed class Device(uint factory)
    {
        public HashSet<uint> Confirmed { get; } = [factory];

        /// <summary>What it started and has not confirmed.</summary>
        public uint? Trial { get; set; }

        public int Boots { get; set; }
    }
}
