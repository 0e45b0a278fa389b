using Fog.Firmware.Loader.Cryptography;
using Fog.Firmware.Loader.Releases;
using Fog.Firmware.Loader.Slots;
using Fog.Firmware.Virtual;
using Fog.Firmware.Virtual.Boards;

namespace Fog.Simulation.Tests.Planted;

/// <summary>Planted: what is on probation is confirmed as soon as it is started, before it has shown that it comes up.</summary>
internal static class HastyFirmware
{
    public static void Confirm(VirtualDevice device, DeviceObservation seen)
    {
        if (seen is DeviceStartedFirmware { OnProbation: true })
        {
            var keys = device.Options.ReleaseKeys.Select(static modulus => RsaKey.Of(modulus.ToArray()));
            var slots = new Slots(device.Flash, new ReleaseTrust(Board.Ideal.Name, [.. keys]));
            slots.Boot(isCold: false);
            slots.Confirm();
        }
    }
}
