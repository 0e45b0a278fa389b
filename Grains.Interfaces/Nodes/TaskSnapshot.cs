using Fog.Grains.Interfaces.Ids;

namespace Fog.Grains.Interfaces.Nodes;

/// <summary>How far the holder of one seat came with its task (docs/snapshots.md): in the blob store, its shape checked. It serves that seat only.</summary>
/// <param name="Number">Counted from 1 over the seat's task.</param>
/// <param name="FuelUsed">Of the whole task so far, by the snapshot's own word.</param>
/// <param name="Execute">Time that devices spent executing up to here.</param>
/// <param name="Joules">What the task cost devices up to here.</param>
[GenerateSerializer, Immutable, Alias("fog.TaskSnapshot")]
public sealed record TaskSnapshot(Digest Digest, int SizeBytes, int Number, long FuelUsed, TimeSpan Execute, double Joules);
