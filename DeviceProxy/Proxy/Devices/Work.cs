using System.Collections.Immutable;
using Fog.Grains.Interfaces.Nodes;

namespace Fog.DeviceProxy.Proxy.Devices;

/// <summary>What waits for a device's turn.</summary>
internal abstract record Work;

/// <summary>A message of the device, of a known version and type.</summary>
internal sealed record Received(ReadOnlyMemory<byte> Message) : Work;

/// <summary>A <c>hello</c> of the device that one of the proxies at this broker has been given: this one, or another.</summary>
internal sealed record Overheard(ReadOnlyMemory<byte> Message) : Work;

/// <summary>The broker says that the device dropped off.</summary>
internal sealed record WillCame : Work;

/// <summary>The device was revoked, or has a new key.</summary>
internal sealed record Expelled : Work;

/// <summary>The node grain has mail for the device.</summary>
internal sealed record Mail(long Epoch, ImmutableArray<Downlink> Batch) : Work;

/// <summary>Time to look after uploads that stand still.</summary>
internal sealed record UploadCheck : Work;
