using Fog.Engine.Scheduling;
using Fog.Engine.Storage;
using Fog.Engine.Tests.Runtime;

namespace Fog.Engine.Tests.Storage.PowerLoss;

/// <summary>Work on the production store behind the production group commit: records of every kind, small and large, new, changed and removed, over two lives.</summary>
internal sealed class TracedWork : IDisposable
{
    private const int RecordsMax = 24;

    private readonly string _folder = Directory.CreateTempSubdirectory("fog-trace-").FullName;
    private readonly Random _random;
    private readonly Dictionary<RecordKey, byte[]> _now = [];
    private readonly Dictionary<RecordKey, long> _versions = [];
    private readonly ManualResetEventSlim _queued = new();
    private TaskCompletionSource _begun = new();

    private TracedWork(int seed) => _random = new Random(seed);

    internal DiskTrace Trace { get; } = new();

    /// <summary>All records after each transaction: index n is what transaction n left.</summary>
    internal List<Dictionary<RecordKey, byte[]>> States { get; } = [];

    internal static async Task<TracedWork> Record(int seed, int rounds)
    {
        var work = new TracedWork(seed);
        using (TracingVfs.Trace(work._folder, work.Trace))
        {
            for (int life = 0; life < 2; life++)
            {
                await work.Live(rounds);
            }
        }

        return work;
    }

    public void Dispose()
    {
        _queued.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task Live(int rounds)
    {
        using var scheduler = new ThreadPoolScheduler();
        var store = SqliteRecordStore.Open(Path.Combine(_folder, "fog.db"));
        Trace.Add(new Marked(true));
        var queue = new CommitQueue(new NotingStore(store, this), scheduler);
        for (int round = 0; round < rounds; round++)
        {
            // The first has a transaction for itself, and the others, which come meanwhile, share the next one, as the group commit has it.
            var writes = Enumerable.Range(0, RecordsMax).OrderBy(record => record == 1 && round % 6 == 2 ? -1 : _random.Next()).Take(1 + _random.Next(8)).Select(record => Write(record, LargeBytes(round))).ToList();
            _queued.Reset();
            _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
            var first = queue.Write(writes[0]);
            await _begun.Task.Come("the first transaction");
            Task[] all = [first, .. writes.Skip(1).Select(queue.Write)];
            _queued.Set();
            await Task.WhenAll(all).Come("the acknowledgements");
            Trace.Add(new Acknowledged(States.Count - 1));
            foreach (var write in writes)
            {
                Assert.False(write.IsConflict);
                _versions.Remove(write.Key);
                if (write.Version is { } version)
                {
                    _versions[write.Key] = version;
                }
            }
        }

        await queue.Drain();
        Trace.Add(new Marked(false));
        store.Dispose();
    }

    /// <summary>One round in six changes a record of hundreds of pages: after some, the log is full, and is moved into the file while work goes on.</summary>
    private int LargeBytes(int round) => round % 6 == 2 ? 400_000 + _random.Next(600_000) : 0;

    private RecordWrite Write(int record, int largeBytes)
    {
        var key = new RecordKey((RecordKind)(1 + record % 4), $"g/{record}", "r");
        bool exists = _versions.TryGetValue(key, out long version);
        if (exists && _random.Next(6) == 0)
        {
            return new RecordWrite(key, version, null);
        }

        var body = new byte[record == 1 && largeBytes > 0 ? largeBytes : _random.Next(300)];
        _random.NextBytes(body);
        return new RecordWrite(key, exists ? version : null, body);
    }

    private void Begin(IReadOnlyList<RecordWrite> batch)
    {
        foreach (var write in batch)
        {
            if (write.Body is { } body)
            {
                _now[write.Key] = body;
            }
            else
            {
                _now.Remove(write.Key);
            }
        }

        States.Add(new(_now));
        Trace.Add(new Began(States.Count - 1));
        _begun.TrySetResult();
        _queued.Wait();
    }

    private sealed class NotingStore(SqliteRecordStore inner, TracedWork work) : IRecordStore
    {
        public StoredRecord? Read(RecordKey key) => inner.Read(key);

        public IReadOnlyList<KeyValuePair<RecordKey, StoredRecord>> ReadAll(RecordKind kind) => inner.ReadAll(kind);

        public IEnumerable<KeyValuePair<RecordKey, StoredRecord>> Snapshot() => inner.Snapshot();

        public void Commit(IReadOnlyList<RecordWrite> batch)
        {
            work.Begin(batch);

            // Half of it is staged first, as the queue does while turns run; now and then that is undone, and done again.
            IStagingStore staging = inner;
            List<RecordWrite> growing = [.. batch.Take(batch.Count / 2)];
            staging.Stage(growing);
            growing.AddRange(batch.Skip(growing.Count));
            inner.Commit(work._random.Next(4) == 0 ? [.. growing] : growing);
        }

        public void Dispose()
        {
        }
    }
}
