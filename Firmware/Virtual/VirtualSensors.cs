using Fog.Wasm.Portable;

namespace Fog.Firmware.Virtual;

/// <summary>The sensors of a virtual device, as its options say.</summary>
internal sealed class VirtualSensors(VirtualDeviceOptions options, TimeProvider clock) : ISensors
{
    public bool TryRead(string name, out long millionths)
    {
        millionths = FogModule.Unreadable;
        if (!options.Sensors.TryGetValue(name, out var sensor))
            return false;
        double value = sensor(clock.GetUtcNow()) * 1e6;
        if (Math.Abs(value) < long.MaxValue)
            millionths = (long)Math.Round(value);
        return true;
    }
}
