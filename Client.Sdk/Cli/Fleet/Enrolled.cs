using System.Net;
using System.Security.Cryptography;
using Fog.Firmware.Virtual;
using Fog.Firmware.Virtual.Boards;

namespace Fog.Client.Sdk.Cli.Fleet;

/// <summary>Virtual devices that a silo knows.</summary>
internal static class Enrolled
{
    /// <summary>Enrols <c>prefix-1</c> to <c>prefix-count</c>, with new keys if they were before.</summary>
    public static async Task<IReadOnlyList<VirtualDeviceOptions>> Devices(
        FogClient fog, DnsEndPoint broker, string prefix, int count, TimeSpan period, int dutyPermille, Board board, CancellationToken cancel)
    {
        var devices = new List<VirtualDeviceOptions>(count);
        for (int i = 1; i <= count; i++)
        {
            var identity = await fog.EnrolAsync($"{prefix}-{i}", replace: true, cancel);
            devices.Add(new VirtualDeviceOptions
            {
                Site = identity.Site,
                Node = identity.Name,
                Key = Convert.FromBase64String(identity.Key),
                Broker = Brokers.Tcp(broker.Host, broker.Port),
                Board = board,
                Period = period,
                DutyPermille = dutyPermille,
                Seed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))),
            });
        }

        return devices;
    }
}
