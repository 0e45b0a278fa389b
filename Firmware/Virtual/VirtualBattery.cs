namespace Fog.Firmware.Virtual;

/// <summary>A lithium cell.</summary>
/// <remarks>The voltage falls linearly, which no real cell's does.</remarks>
internal sealed class VirtualBattery(double milliampHours)
{
    public const double CapacityMilliampHours = 2500;
    private const double FullMillivolts = 4200;
    private const double EmptyMillivolts = 3000;

    public int Millivolts(double drawnMilliampHours) =>
        (int)(EmptyMillivolts + (FullMillivolts - EmptyMillivolts) * Math.Clamp((milliampHours - drawnMilliampHours) / CapacityMilliampHours, 0, 1));
}
