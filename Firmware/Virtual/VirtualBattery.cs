namespace Fog.Firmware.Virtual;

/// <summary>A lithium cell that drains in proportion to time awake and asleep.</summary>
/// <remarks>Currents: 0.260 A active, 2.5 µA in hibernation (the reference's energy model). The voltage falls linearly, which no real cell's does.</remarks>
internal sealed class VirtualBattery(double milliampHours)
{
    public const double CapacityMilliampHours = 2500;
    private const double AwakeMilliamps = 260;
    private const double AsleepMilliamps = 0.0025;
    private const double FullMillivolts = 4200;
    private const double EmptyMillivolts = 3000;
    private double left = milliampHours;

    public int Millivolts =>
        (int)(EmptyMillivolts + (FullMillivolts - EmptyMillivolts) * Math.Clamp(left / CapacityMilliampHours, 0, 1));

    public void Drain(TimeSpan awake, TimeSpan asleep) =>
        left -= AwakeMilliamps * awake.TotalHours + AsleepMilliamps * asleep.TotalHours;
}
