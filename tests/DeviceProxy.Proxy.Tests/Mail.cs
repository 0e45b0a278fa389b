using Fog.Grains.Interfaces.Blobs;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Nodes;

namespace Fog.DeviceProxy.Proxy.Tests;

/// <summary>Mail for devices, its particulars of no interest.</summary>
internal static class Mail
{
    public static TaskDownlink Task(TaskId id, string? leaderOf) => new(
        new(id, Digest.Of([1]), 1, new(1000, 65536, 64), DateTimeOffset.UnixEpoch, BlobValue.Of([1, 2, 3])), Term: 7, leaderOf);
}
