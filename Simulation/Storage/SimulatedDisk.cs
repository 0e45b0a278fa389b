using Fog.Engine.Storage;
using Fog.Simulation.Faults;
using Fog.Simulation.Scheduling;

namespace Fog.Simulation.Storage;

/// <summary>The silo's disk: what is synced survives its process. The process may die in any commit: while its bytes are on their way, which leaves a part of them, or after the sync.</summary>
/// <param name="inner">Holds what is synced.</param>
/// <param name="committed">Told of every commit that is synced.</param>
/// <param name="crash">Kills the process that is committing.</param>
internal sealed class SimulatedDisk(
    IRecordStore inner, Func<FaultPlan> faults, SeededRandom random, Action<IReadOnlyList<RecordWrite>> committed, Action<string> crash) : IRecordStore
{
    public StoredRecord? Read(RecordKey key) => inner.Read(key);

    public IReadOnlyList<KeyValuePair<RecordKey, StoredRecord>> ReadAll(RecordKind kind) => inner.ReadAll(kind);

    public IEnumerable<KeyValuePair<RecordKey, StoredRecord>> Snapshot() => inner.Snapshot();

    public void Commit(IReadOnlyList<RecordWrite> batch)
    {
        bool isLast = random.Happens(faults().CrashAtCommit);
        if (isLast && random.Happens(0.5))
        {
            var log = WriteAheadLog.Encode(batch);
            var torn = WriteAheadLog.Torn(log, random);
            var recovered = WriteAheadLog.Recover(torn);
            if (recovered is not null)
            {
                inner.Commit(recovered);
                committed(recovered);
            }

            crash($"with {torn.Length} of {log.Length} bytes of a commit written, {(recovered is null ? "which are dropped" : "which stand")}");
            throw new StoreUnavailableException("The process died before this was synced.");
        }

        inner.Commit(batch);
        committed(batch);
        if (isLast)
        {
            crash("between sync and acknowledgement of a commit");
            throw new StoreUnavailableException("The process died before this was acknowledged.");
        }
    }

    public void Dispose()
    {
        // It outlives every process that uses it.
    }
}
