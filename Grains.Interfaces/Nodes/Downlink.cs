using System.Collections.Immutable;
using Fog.Grains.Interfaces.Ids;

namespace Fog.Grains.Interfaces.Nodes;

/// <summary>A message to a device (docs/protocol.md, "Messages of the fog"). The proxy makes the bytes.</summary>
[GenerateSerializer, Immutable, Alias("fog.Downlink")]
public abstract record Downlink;

/// <param name="LeaderOf">Name of the cluster whose leader topic carries it (r = 1), or null for the device's own topic.</param>
[GenerateSerializer, Immutable, Alias("fog.TaskDownlink")]
public sealed record TaskDownlink(DeviceTask Task, uint Term, string? LeaderOf) : Downlink;

/// <param name="Keep">True: the vote is recorded, the device keeps the value until it is fetched or released.</param>
[GenerateSerializer, Immutable, Alias("fog.AcceptedDownlink")]
public sealed record AcceptedDownlink(TaskId Task, bool Keep) : Downlink;

[GenerateSerializer, Immutable, Alias("fog.StopDownlink")]
public sealed record StopDownlink(TaskId Task) : Downlink;

/// <summary>Fetch a kept result from the device into the blob store; answered by <see cref="ValueUplink"/>.</summary>
[GenerateSerializer, Immutable, Alias("fog.FetchDownlink")]
public sealed record FetchDownlink(Digest Digest, int SizeBytes) : Downlink;
