using System.Collections.Immutable;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Rollouts;

namespace Fog.Grains.Interfaces.Nodes;

/// <summary>A message to a device (docs/protocol.md, "Messages of the fog"). The proxy makes the bytes.</summary>
[GenerateSerializer, Immutable, Alias("fog.Downlink")]
public abstract record Downlink;

/// <param name="LeaderOf">Name of the cluster whose leader topic carries it (r = 1), or null for the device's own topic.</param>
[GenerateSerializer, Immutable, Alias("fog.TaskDownlink")]
public sealed record TaskDownlink(DeviceTask Task, uint Term, string? LeaderOf) : Downlink;

/// <summary>The fog has recorded the device's result, or its snapshot.</summary>
/// <param name="Keep">True: the device keeps the value until it is fetched or released, or the snapshot to go on from it.</param>
[GenerateSerializer, Immutable, Alias("fog.AcceptedDownlink")]
public sealed record AcceptedDownlink(TaskId Task, bool Keep) : Downlink;

[GenerateSerializer, Immutable, Alias("fog.StopDownlink")]
public sealed record StopDownlink(TaskId Task) : Downlink;

[GenerateSerializer, Immutable, Alias("fog.UpdateDownlink")]
public sealed record UpdateDownlink(UpdateOffer Offer) : Downlink;

/// <summary>Fetch a kept result or snapshot from the device into the blob store; answered by <see cref="ValueUplink"/>.</summary>
[GenerateSerializer, Immutable, Alias("fog.FetchDownlink")]
public sealed record FetchDownlink(Digest Digest, int SizeBytes) : Downlink;
