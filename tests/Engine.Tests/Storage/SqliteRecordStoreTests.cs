using Fog.Engine.Hosting;
using Fog.Engine.Storage;
using Fog.Engine.Tests.Runtime;
using Microsoft.Data.Sqlite;

namespace Fog.Engine.Tests.Storage;

public sealed class SqliteRecordStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fog-sqlite-").FullName;

    private string File => Path.Combine(_folder, "fog.db");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static RecordKey Key(string name) => new(RecordKind.State, "g/a", name);

    [Fact]
    public void What_was_committed_is_read_and_each_version_is_new()
    {
        using var store = SqliteRecordStore.Open(File);
        var first = new RecordWrite(Key("a"), null, [1, 2, 3]);
        var second = new RecordWrite(Key("b"), null, []);
        store.Commit([first, second]);
        Assert.Equal([1, 2, 3], store.Read(Key("a"))!.Value.Body);
        Assert.Equal(RecordFormat.Json, store.Read(Key("a"))!.Value.Format);
        Assert.Empty(store.Read(Key("b"))!.Value.Body);
        Assert.Null(store.Read(Key("c")));
        Assert.NotEqual(first.Version, second.Version);
        Assert.Equal(["a", "b"], store.ReadAll(RecordKind.State).Select(static entry => entry.Key.Name));
        Assert.Empty(store.ReadAll(RecordKind.Reminder));
    }

    [Fact]
    public void A_conflict_concerns_its_own_write_only()
    {
        using var store = SqliteRecordStore.Open(File);
        var write = new RecordWrite(Key("a"), null, [1]);
        store.Commit([write]);
        var stale = new RecordWrite(Key("a"), write.Version + 100, [2]);
        var staleDelete = new RecordWrite(Key("a"), null, null);
        var good = new RecordWrite(Key("b"), null, [3]);
        store.Commit([stale, staleDelete, good]);
        Assert.Equal((true, write.Version), (stale.IsConflict, stale.Version));
        Assert.True(staleDelete.IsConflict);
        Assert.False(good.IsConflict);
        Assert.Equal([1], store.Read(Key("a"))!.Value.Body);
        Assert.Equal([3], store.Read(Key("b"))!.Value.Body);

        var update = new RecordWrite(Key("a"), write.Version, [4]);
        var delete = new RecordWrite(Key("b"), good.Version, null);
        store.Commit([update, delete]);
        Assert.Equal([4], store.Read(Key("a"))!.Value.Body);
        Assert.Null(store.Read(Key("b")));
    }

    [Fact]
    public void What_is_staged_is_there_with_the_commit_of_its_list()
    {
        using var store = SqliteRecordStore.Open(File);
        var known = new RecordWrite(Key("a"), null, [1]);
        store.Commit([known]);
        var stale = new RecordWrite(Key("a"), null, [2]);
        List<RecordWrite> batch = [new(Key("a"), known.Version, [3]), stale];
        ((IStagingStore)store).Stage(batch);
        Assert.Equal([1], store.Read(Key("a"))!.Value.Body);
        Assert.Single(store.Snapshot());
        batch.Add(new(Key("b"), null, [4]));
        ((IStagingStore)store).Stage(batch);
        batch.Add(new(Key("c"), null, [5]));
        store.Commit(batch);
        Assert.Equal(["a 3", "b 4", "c 5"], store.ReadAll(RecordKind.State).Select(static entry => $"{entry.Key.Name} {entry.Value.Body[0]}"));
        Assert.Equal((true, batch[0].Version), (stale.IsConflict, stale.Version));
    }

    [Fact]
    public void What_is_staged_and_not_committed_is_undone_by_another_list_and_by_the_end()
    {
        using (var store = SqliteRecordStore.Open(File))
        {
            ((IStagingStore)store).Stage([new(Key("a"), null, [1])]);
            store.Commit([new(Key("b"), null, [2])]);
            ((IStagingStore)store).Stage([new(Key("c"), null, [3])]);
            ((IStagingStore)store).Stage([new(Key("d"), null, [4])]);
        }

        using var next = SqliteRecordStore.Open(File);
        Assert.Equal(["b"], next.ReadAll(RecordKind.State).Select(static entry => entry.Key.Name));
    }

    [Fact]
    public void The_only_writer_of_a_record_needs_no_version_of_it()
    {
        using var sqlite = SqliteRecordStore.Open(File);
        using var memory = new MemoryRecordStore();
        foreach (IRecordStore store in (IRecordStore[])[sqlite, memory])
        {
            RecordWrite Any(byte[]? body) => new(Key("a"), RecordWrite.AnyVersion, body, RecordFormat.Owner);
            store.Commit([Any(null), Any([1]), Any([2])]);
            Assert.Equal([2], store.Read(Key("a"))!.Value.Body);
            Assert.Equal(RecordFormat.Owner, store.Read(Key("a"))!.Value.Format);
            var removal = Any(null);
            store.Commit([removal]);
            Assert.False(removal.IsConflict);
            Assert.Null(store.Read(Key("a")));
        }
    }

    [Fact]
    public async Task Every_acknowledged_write_is_in_the_files_a_crash_would_leave()
    {
        var host = await EngineHost.StartAsync(options =>
        {
            options.AddGrain<LedgerGrain>();
            options.DataFile = File;
        });
        await using (host)
        {
            var grain = host.GrainFactory.GetGrain<ILedgerGrain>("a");
            for (var i = 1; i <= 20; i++)
            {
                await grain.Add(1);
                // Copied while open, at the moment of the acknowledgement: what SIGKILL would leave behind.
                var crashed = Directory.CreateDirectory(Path.Combine(_folder, $"crash{i}")).FullName;
                foreach (var file in Directory.GetFiles(_folder).Where(static f => !f.EndsWith(".lock", StringComparison.Ordinal) && !f.EndsWith("-shm", StringComparison.Ordinal)))
                {
                    System.IO.File.Copy(file, Path.Combine(crashed, Path.GetFileName(file)));
                }

                using var copy = SqliteRecordStore.Open(Path.Combine(crashed, "fog.db"));
                Assert.Contains($"\"Total\":{i},", System.Text.Encoding.UTF8.GetString(copy.Read(new RecordKey(RecordKind.State, "ledger/a", "ledger"))!.Value.Body));
            }
        }
    }

    [Fact]
    public void The_writer_syncs_every_commit()
    {
        // Seen from the file: a write-ahead log, as the store insists. synchronous is per connection, which Open itself asserts.
        using (SqliteRecordStore.Open(File))
        {
        }

        using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode";
        Assert.Equal("wal", command.ExecuteScalar());
    }

    [Fact]
    public void A_second_engine_on_the_same_file_is_refused()
    {
        using var store = SqliteRecordStore.Open(File);
        Assert.Contains("Stop the other silo", Assert.Throws<StoreUnavailableException>(() => SqliteRecordStore.Open(File)).Message);
    }

    [Fact]
    public void A_snapshot_is_of_one_moment_and_holds_up_no_commit()
    {
        using var store = SqliteRecordStore.Open(File);
        var first = new RecordWrite(Key("a"), null, [1]);
        var reminder = new RecordWrite(new RecordKey(RecordKind.Reminder, "g/a", "r"), null, [2]);
        store.Commit([first, reminder, new RecordWrite(Key("b"), null, [3])]);
        using var snapshot = store.Snapshot().GetEnumerator();
        Assert.True(snapshot.MoveNext());
        store.Commit([new RecordWrite(Key("a"), first.Version, [9]), new RecordWrite(Key("c"), null, [9]), new RecordWrite(reminder.Key, reminder.Version, null)]);
        List<(RecordKey, byte)> seen = [(snapshot.Current.Key, snapshot.Current.Value.Body[0])];
        while (snapshot.MoveNext())
        {
            seen.Add((snapshot.Current.Key, snapshot.Current.Value.Body[0]));
        }

        Assert.Equal([(Key("a"), 1), (Key("b"), 3), (reminder.Key, 2)], seen);
        Assert.Equal([9, 3, 9], store.Snapshot().Select(static record => record.Value.Body[0]));
    }

    [Fact]
    public void A_closed_store_says_so()
    {
        var store = SqliteRecordStore.Open(File);
        store.Dispose();
        store.Dispose();
        Assert.Throws<StoreUnavailableException>(() => store.Read(Key("a")));
        Assert.Throws<StoreUnavailableException>(() => store.Snapshot().Any());
        Assert.Throws<StoreUnavailableException>(() => store.Commit([new RecordWrite(Key("a"), null, [1])]));
    }
}
