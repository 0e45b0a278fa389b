using System.Collections.Concurrent;
using System.Net;
using Fog.Client;
using Fog.Firmware.Virtual;
using Fog.Firmware.Virtual.Boards;

namespace Fog.Silo.Host.Tests.EndToEnd;

/// <summary>Virtual devices in this process, enrolled at a silo and connected to its broker over TCP.</summary>
internal sealed class Devices : IAsyncDisposable
{
    private static readonly TimeSpan s_joinMax = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    private Devices(IReadOnlyList<VirtualDeviceOptions> devices)
    {
        Names = [.. devices.Select(device => device.Node)];
        _running = new VirtualFleet(VirtualFleet.Staggered(devices), TimeProvider.System, Observations.Enqueue).RunAsync(_stop.Token);
    }

    public IReadOnlyList<string> Names { get; }

    public ConcurrentQueue<DeviceObservation> Observations { get; } = new();

    /// <summary>On return, all of them are live members of one cluster, and the dispatcher knows.</summary>
    /// <param name="count">At most 7, the size of a cluster.</param>
    /// <param name="shape">Gets each device's options and its number, from 1.</param>
    public static async Task<Devices> Join(FogClient fog, IPEndPoint broker, int count, Func<VirtualDeviceOptions, int, VirtualDeviceOptions>? shape = null)
    {
        var devices = await Start(fog, broker, count, shape);
        await Eventually.Comes($"a cluster of {count} devices", s_joinMax, async () =>
        {
            var clusters = await fog.ClustersAsync();
            bool joined = clusters.Any(cluster => devices.Names.All(cluster.Members.Contains));
            return joined && (await fog.SiloAsync()).LiveDevices >= count ? clusters : null;
        });
        return devices;
    }

    /// <summary>Does not wait for them.</summary>
    public static async Task<Devices> Start(FogClient fog, IPEndPoint broker, int count, Func<VirtualDeviceOptions, int, VirtualDeviceOptions>? shape = null)
    {
        var options = new List<VirtualDeviceOptions>();
        for (int i = 1; i <= count; i++)
        {
            var identity = await fog.EnrolAsync($"esp-{i}", replace: true);
            var device = new VirtualDeviceOptions
            {
                Site = identity.Site,
                Node = identity.Name,
                Key = Convert.FromBase64String(identity.Key),
                Broker = Brokers.Tcp(broker.Address.ToString(), broker.Port),
                Board = Board.Ideal,
                Seed = (ulong)Random.Shared.NextInt64(),
            };
            options.Add(shape?.Invoke(device, i) ?? device);
        }

        return new Devices(options);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }
}
