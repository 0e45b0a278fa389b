namespace Fog.Firmware.Virtual;

/// <summary>Many virtual devices in one process.</summary>
public sealed class VirtualFleet
{
    /// <param name="observer">As for <see cref="VirtualDevice"/>.</param>
    public VirtualFleet(IEnumerable<VirtualDeviceOptions> devices, TimeProvider clock, Action<DeviceObservation>? observer = null) =>
        Devices = [.. devices.Select(options => new VirtualDevice(options, clock, observer))];

    public IReadOnlyList<VirtualDevice> Devices { get; }

    /// <summary>Spreads the first wakes of devices evenly over their periods, so that they do not all come at once.</summary>
    public static IEnumerable<VirtualDeviceOptions> Staggered(IReadOnlyList<VirtualDeviceOptions> devices) =>
        devices.Select((device, i) => device with { StartAfter = device.Period * i / devices.Count });

    /// <summary>Lives until cancelled, or until every device is dead for good. A device that throws stops all.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAll(Devices.Select(device => LiveAsync(device, stop)));
    }

    private static async Task LiveAsync(VirtualDevice device, CancellationTokenSource stop)
    {
        try
        {
            await device.RunAsync(stop.Token);
        }
        catch
        {
            await stop.CancelAsync();
            throw;
        }
    }
}
