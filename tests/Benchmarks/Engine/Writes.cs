using System.Diagnostics;
using Fog.Engine.Storage;
using Microsoft.Data.Sqlite;

namespace Fog.Benchmarks.Engine;

/// <summary>Durable writes: acknowledged ones of grains, with and without group commit, beside the bare loop that commits a hundred rows at a time.</summary>
internal static class Writes
{
    private const int Callers = 100;
    private const int Rounds = 7;
    private static readonly TimeSpan s_round = TimeSpan.FromSeconds(1);

    public static async Task MeasureAsync(Report report)
    {
        var folder = Directory.CreateTempSubdirectory("fog-writes-");
        try
        {
            using var bare = new BareLoop(Path.Combine(folder.FullName, "bare.db"));
            await using var grouped = EngineUnderTest.Start(options => options.DataFile = Path.Combine(folder.FullName, "grouped.db"));
            using var single = new CommitsOfOne(SqliteRecordStore.Open(Path.Combine(folder.FullName, "single.db")));
            await using var ungrouped = EngineUnderTest.Start(options => options.Store = single);

            // In turn, so that all of them see the same machine.
            List<double> bareRates = [], groupedRates = [], ungroupedRates = [], oneRates = [], ratios = [];
            for (int i = -1; i < Rounds; i++)
            {
                double loop = bare.Run(s_round);
                double with = await RunAsync(grouped, Callers);
                double without = await RunAsync(ungrouped, Callers);
                double one = await RunAsync(grouped, 1);
                if (i >= 0)
                {
                    bareRates.Add(loop);
                    groupedRates.Add(with);
                    ungroupedRates.Add(without);
                    oneRates.Add(one);
                    ratios.Add(with / loop);
                }
            }

            report.Row("bare loop, 100-row commits", $"{Rate.Median(bareRates):N0} /s");
            report.Row("durable writes, 1 caller", $"{Rate.Median(oneRates):N0} /s");
            report.Row("durable writes, 100 callers, a commit each", $"{Rate.Median(ungroupedRates):N0} /s");
            double share = Rate.Median(ratios);
            report.Row("durable writes, 100 callers, group commit", $"{Rate.Median(groupedRates):N0} /s = {share:P0} of bare", "at least 70 %", share >= 0.7);
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            folder.Delete(recursive: true);
        }
    }

    private static async Task<double> RunAsync(EngineUnderTest engine, int callers)
    {
        var began = Stopwatch.GetTimestamp();
        long[] counts = await Task.WhenAll(Enumerable.Range(0, callers).Select(async i =>
        {
            var keeper = engine.Grains.GetGrain<IKeeper>($"k{i}");
            long count = 0;
            for (; Stopwatch.GetElapsedTime(began) < s_round; count++)
            {
                await keeper.Keep();
            }

            return count;
        }));
        return counts.Sum() / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    /// <summary>A hundred rows of the same size, replaced over and over, a hundred in a transaction, each synced.</summary>
    private sealed class BareLoop : IDisposable
    {
        private readonly SqliteConnection _connection;
        private readonly SqliteCommand _replace;
        private readonly SqliteParameter _key;
        private int _count;

        public BareLoop(string file)
        {
            _connection = new SqliteConnection($"Data Source={file};Pooling=False");
            _connection.Open();
            Execute("PRAGMA journal_mode=WAL");
            Execute("PRAGMA synchronous=FULL");
            Execute("CREATE TABLE kept (key TEXT PRIMARY KEY, version INTEGER, body BLOB) WITHOUT ROWID");
            _replace = _connection.CreateCommand();
            _replace.CommandText = "INSERT OR REPLACE INTO kept (key, version, body) VALUES ($key, $version, $body)";
            _key = _replace.Parameters.Add("$key", SqliteType.Text);
            _replace.Parameters.Add("$version", SqliteType.Integer);
            _replace.Parameters.Add("$body", SqliteType.Blob);
        }

        public double Run(TimeSpan time)
        {
            long rows = 0;
            var began = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(began) < time)
            {
                using var transaction = _connection.BeginTransaction();
                _replace.Transaction = transaction;
                for (int i = 0; i < Callers; i++, rows++)
                {
                    _key.Value = $"keeper/k{i}";
                    _replace.Parameters[1].Value = ++_count;
                    _replace.Parameters[2].Value = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(new KeeperState { Count = _count });
                    _replace.ExecuteNonQuery();
                }

                transaction.Commit();
            }

            return rows / Stopwatch.GetElapsedTime(began).TotalSeconds;
        }

        public void Dispose()
        {
            _replace.Dispose();
            _connection.Dispose();
        }

        private void Execute(string text)
        {
            using var command = _connection.CreateCommand();
            command.CommandText = text;
            command.ExecuteNonQuery();
        }
    }

    /// <summary>What the engine would be without group commit.</summary>
    private sealed class CommitsOfOne(IRecordStore inner) : IRecordStore
    {
        public StoredRecord? Read(RecordKey key) => inner.Read(key);

        public IReadOnlyList<KeyValuePair<RecordKey, StoredRecord>> ReadAll(RecordKind kind) => inner.ReadAll(kind);

        public IEnumerable<KeyValuePair<RecordKey, StoredRecord>> Snapshot() => inner.Snapshot();

        public void Commit(IReadOnlyList<RecordWrite> batch)
        {
            foreach (var write in batch)
            {
                inner.Commit([write]);
            }
        }

        public void Dispose() => inner.Dispose();
    }
}
