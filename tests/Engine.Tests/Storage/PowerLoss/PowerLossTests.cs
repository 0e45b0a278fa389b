using Fog.Engine.Storage;
using Xunit.Abstractions;

namespace Fog.Engine.Tests.Storage.PowerLoss;

/// <summary>The trace of what SQLite really wrote and synced, cut at each boundary; the production store opens what is left.</summary>
public sealed class PowerLossTests(ITestOutputHelper output) : IDisposable
{
    private const int Seed = 20_261_128;

    /// <summary>Between two syncs, so many of the places to cut are tried beside the last one.</summary>
    private const int CutsPerSync = 4;

    private readonly string _folder = Directory.CreateDirectory(
        Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"fog-power-{Guid.NewGuid():N}")).FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Every_acknowledged_write_survives_and_no_part_of_a_transaction_does()
    {
        using var work = await TracedWork.Record(Seed, rounds: 36);
        var events = work.Trace.Events;

        // The trace has in it what the promise is about.
        Assert.True(events.OfType<Wrote>().Count(static w => w.File == "fog.db") > 300, "The log was never moved into the file while work went on.");
        Assert.Contains(events, static e => e is Deleted { File: "fog.db-wal" });
        Assert.Contains(events, static e => e is FolderSynced);
        Assert.True(events.OfType<Began>().Count() > events.OfType<Acknowledged>().Count(), "No round needed two transactions.");
        Assert.Contains(Enumerable.Range(1, work.States.Count - 1), i => work.States[i].Count(pair => !work.States[i - 1].TryGetValue(pair.Key, out var body) || body != pair.Value) > 1);

        var random = new Random(Seed);
        var (images, again, failures) = (0, 0, new List<string>());
        Replay(events, new LostPower(new Dictionary<string, byte[]>()), random, (disk, image, what) =>
        {
            images++;
            var recovery = images % 25 == 0 ? new DiskTrace() : null;
            failures.AddRange(Check(work, disk, image, what, recovery));
            if (recovery is not null)
            {
                // Power fails again while the store is opened after the first time.
                var (begun, acknowledged) = (disk.Begun, disk.Acknowledged);
                var second = new LostPower(image) { IsMarked = disk.IsMarked };
                second.Happens(new Began(begun));
                second.Happens(new Acknowledged(acknowledged));
                Replay(recovery.Events, second, random, (after, left, cut) =>
                {
                    again++;
                    failures.AddRange(Check(work, after, left, $"{what}, then while opened, {cut}", null));
                });
            }
        });
        output.WriteLine($"seed {Seed}: {events.Count} events, {work.States.Count} transactions, {images} losses of power, and {again} more while the store was opened after one");
        Assert.True(images > 500);
        Assert.True(failures.Count == 0, string.Join(Environment.NewLine, failures.Take(10)));
    }

    [Fact]
    public async Task A_disk_that_drops_syncs_is_found_out()
    {
        using var work = await TracedWork.Record(Seed, rounds: 8);
        var failures = new List<string>();
        Replay([.. work.Trace.Events.Where(static e => e is not Synced { File: "fog.db-wal" })], new LostPower(new Dictionary<string, byte[]>()), new Random(Seed),
            (disk, image, what) => failures.AddRange(Check(work, disk, image, what, null)));
        Assert.Contains(failures, static failure => failure.Contains("acknowledged", StringComparison.Ordinal));
    }

    /// <param name="lost">Takes each image that power loss may leave, and where it was cut.</param>
    private static void Replay(IReadOnlyList<DiskEvent> events, LostPower disk, Random random, Action<LostPower, Dictionary<string, byte[]>, string> lost)
    {
        for (int i = 0; i < events.Count; i++)
        {
            var next = events[i];
            bool isBoundary = next is Synced or FolderSynced or Marked or Began;
            if (isBoundary || (next is Wrote or Truncated or Created or Deleted && random.Next(UnsyncedAround(events, i)) < CutsPerSync))
            {
                string at = $"before event {i} ({next.GetType().Name})";
                if (isBoundary)
                {
                    lost(disk, disk.Dropped(), $"{at}, unsynced dropped");
                }

                if (disk.HasUnsynced)
                {
                    lost(disk, disk.Torn(random), $"{at}, torn");
                }

                if (next is Synced)
                {
                    lost(disk, disk.Kept(), $"{at}, all kept");
                }
            }

            disk.Happens(next);
        }

        lost(disk, disk.Dropped(), "at the end");
    }

    /// <summary>Length of the stretch without sync that this event is in.</summary>
    private static int UnsyncedAround(IReadOnlyList<DiskEvent> events, int at)
    {
        int from = at, to = at;
        while (from > 0 && events[from - 1] is Wrote)
        {
            from--;
        }

        while (to < events.Count && events[to] is Wrote)
        {
            to++;
        }

        return to - from + 1;
    }

    /// <summary>Opens the image with production code. None: it holds the acknowledged transactions, perhaps the one under way, and nothing else.</summary>
    private string[] Check(TracedWork work, LostPower disk, Dictionary<string, byte[]> image, string what, DiskTrace? trace)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "image")).FullName;
        foreach (var (name, bytes) in image)
        {
            File.WriteAllBytes(Path.Combine(folder, name), bytes);
        }

        File.WriteAllText(Path.Combine(folder, "fog.db.lock"), disk.IsMarked ? "u" : "");
        try
        {
            var found = Open(folder, trace);
            bool isWhole = Enumerable.Range(disk.Acknowledged, disk.Begun - disk.Acknowledged + 1)
                .Any(transaction => Same(found, transaction < 0 ? [] : work.States[transaction]));
            return isWhole ? [] : [$"{what}: not what transaction {disk.Acknowledged}, the last one acknowledged, or one up to {disk.Begun} left."];
        }
        catch (OrleansException e)
        {
            return [$"{what}: after transaction {disk.Acknowledged} was acknowledged, {e.Message}"];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Dictionary<RecordKey, byte[]> Open(string folder, DiskTrace? trace)
    {
        using (trace is null ? null : TracingVfs.Trace(folder, trace))
        {
            using var store = SqliteRecordStore.Open(Path.Combine(folder, "fog.db"));
            trace?.Add(new Marked(true));
            var found = store.Snapshot().ToDictionary(static r => r.Key, static r => r.Value.Body);
            trace?.Add(new Marked(false));
            return found;
        }
    }

    private static bool Same(Dictionary<RecordKey, byte[]> one, Dictionary<RecordKey, byte[]> other) =>
        one.Count == other.Count && one.All(record => other.TryGetValue(record.Key, out var body) && body.AsSpan().SequenceEqual(record.Value));
}
