using System.Collections.Immutable;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Nodes;

namespace Fog.Grains.Nodes;

/// <summary>A session of a device: pending from hello to the first message under its key.</summary>
/// <param name="Sleep">Ordered by its welcome.</param>
/// <param name="LeadsTerm">Term in which its welcome named the device leader, else null.</param>
/// <param name="Stops">Stops that went with its welcome.</param>
internal sealed record Session(long Epoch, IDeviceLink Link, HelloFacts Facts, TimeSpan Sleep, uint? LeadsTerm, ImmutableArray<TaskId> Stops);
