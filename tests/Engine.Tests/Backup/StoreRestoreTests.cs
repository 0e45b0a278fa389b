using Fog.Engine.Backup;
using Fog.Engine.Hosting;
using Fog.Engine.Storage;
using Fog.Engine.Tests.Storage;

namespace Fog.Engine.Tests.Backup;

public sealed class StoreRestoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fog-restore-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Backup => Path.Combine(_folder, "fog.backup");

    private string Data => Path.Combine(_folder, "new", "data");

    private string Store => Path.Combine(Data, "fog.db");

    private static RecordKey Key(int i) => new(i % 3 == 0 ? RecordKind.Reminder : RecordKind.State, $"g/{i}", "r");

    private void MakeBackup(int records = 2500)
    {
        using var file = File.Create(Backup);
        BackupWriter.Write(file, Enumerable.Range(0, records).Select(static i => new BackupRecord(Key(i).Kind, Key(i).Grain, Key(i).Name, RecordFormat.Json, [1, (byte)i])), DateTimeOffset.UnixEpoch);
    }

    private void MakeStore(byte content)
    {
        using var store = SqliteRecordStore.Open(Store);
        store.Commit([new RecordWrite(Key(1), null, [content])]);
    }

    private static List<(RecordKey, string)> Content(string path)
    {
        using var store = SqliteRecordStore.Open(path);
        return [.. store.Snapshot().Select(static r => (r.Key, Convert.ToHexString(r.Value.Body)))];
    }

    private string Refusal(bool replace = false) => Assert.ThrowsAny<Exception>(() => StoreRestore.Restore(Backup, Store, replace)) switch
    {
        UnusableBackupException e => e.Message,
        StoreUnavailableException e => e.Message,
        var e => throw e,
    };

    [Fact]
    public async Task A_running_engine_is_backed_up_and_another_goes_on_from_there()
    {
        await using (var host = await EngineHost.StartAsync(options => options.AddGrain<LedgerGrain>()))
        {
            await host.GrainFactory.GetGrain<ILedgerGrain>("a").Add(3);
            await host.GrainFactory.GetGrain<ILedgerGrain>("b").WriteAll();
            using var file = File.Create(Backup);
            ((EngineBackup)host.Services.GetService(typeof(EngineBackup))!).Write(file);
            await host.GrainFactory.GetGrain<ILedgerGrain>("a").Add(100);
        }

        StoreRestore.Restore(Backup, Store, replace: false);
        await using var restored = await EngineHost.StartAsync(options =>
        {
            options.AddGrain<LedgerGrain>();
            options.DataFile = Store;
        });
        Assert.Equal(7, await restored.GrainFactory.GetGrain<ILedgerGrain>("a").Add(4));
        Assert.Equal([0, 1, 254, 255], (await restored.GrainFactory.GetGrain<ILedgerGrain>("b").Read()).Key.ToArray());
    }

    [Fact]
    public async Task Records_of_the_host_are_in_the_backup_and_in_what_is_made_of_it()
    {
        await using (var host = await EngineHost.StartAsync(static _ => { }))
        {
            var records = (EngineRecords)host.Services.GetService(typeof(EngineRecords))!;
            await records.Write([new("mqtt", "a", [1]), new("mqtt", "b", [2]), new("mqtt", "ä", [0xFF])]);
            await records.Write([new("mqtt", "b", null), new("mqtt", "a", [3])]);
            using var file = File.Create(Backup);
            ((EngineBackup)host.Services.GetService(typeof(EngineBackup))!).Write(file);
        }

        StoreRestore.Restore(Backup, Store, replace: false);
        await using var restored = await EngineHost.StartAsync(options => options.DataFile = Store);
        Assert.Equal(
            [("mqtt", "a", "03"), ("mqtt", "ä", "FF")],
            ((EngineRecords)restored.Services.GetService(typeof(EngineRecords))!).ReadAll().Select(static r => (r.Owner, r.Name, Convert.ToHexString(r.Body!))));
    }

    [Fact]
    public void Every_record_is_restored_and_nothing_else_is_left_in_the_folder()
    {
        MakeBackup();
        var summary = StoreRestore.Restore(Backup, Store, replace: false);
        Assert.Equal(2500, summary.Records);
        Assert.Equal(["fog.db", "fog.db.lock"], Directory.GetFiles(Data).Select(Path.GetFileName).Order());
        var content = Content(Store);
        Assert.Equal(2500, content.Count);
        Assert.All(Enumerable.Range(0, 2500), i => Assert.Contains((Key(i), $"01{(byte)i:X2}"), content));
    }

    [Fact]
    public void A_folder_with_something_in_it_is_refused_until_told()
    {
        MakeBackup();
        Directory.CreateDirectory(Data);
        File.WriteAllText(Path.Combine(Data, "note"), "mine");
        Assert.Contains("is not empty: it has note", Refusal());
        StoreRestore.Restore(Backup, Store, replace: true);
        Assert.Equal("mine", File.ReadAllText(Path.Combine(Data, "note")));
        Assert.Contains("is not empty", Refusal());
    }

    [Fact]
    public void The_store_that_is_replaced_is_kept_whole_beside_the_new_one()
    {
        MakeBackup(1);
        MakeStore(7);
        StoreRestore.Restore(Backup, Store, replace: true);
        Assert.Equal([(Key(0), "0100")], Content(Store));
        Assert.Equal([(Key(1), "07")], Content(Store + ".replaced"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_crashed_or_damaged_store_is_replaced_without_its_log_being_taken_for_the_new_ones(bool damaged)
    {
        MakeBackup(1);
        MakeStore(7);
        var crashed = Path.Combine(_folder, "crashed");
        using (var store = SqliteRecordStore.Open(Store))
        {
            store.Commit([new RecordWrite(Key(4), null, [8])]);
            Directory.CreateDirectory(crashed);
            File.Copy(Store, Path.Combine(crashed, "fog.db"));
            File.Copy(Store + "-wal", Path.Combine(crashed, "fog.db-wal"));
        }

        var there = Path.Combine(crashed, "fog.db");
        File.WriteAllText(there + ".lock", "u");
        if (damaged)
        {
            File.WriteAllText(there, "nothing that was a store");
        }

        StoreRestore.Restore(Backup, there, replace: true);
        Assert.Equal([(Key(0), "0100")], Content(there));
        Assert.False(File.Exists(there + "-wal"));
        if (!damaged)
        {
            Assert.Equal([(Key(1), "07"), (Key(4), "08")], Content(there + ".replaced"));
        }
    }

    [Fact]
    public void A_damaged_backup_replaces_nothing()
    {
        MakeBackup();
        MakeStore(7);
        var bytes = File.ReadAllBytes(Backup);
        bytes[^40]++;
        File.WriteAllBytes(Backup, bytes);
        Assert.Contains("is damaged", Refusal(replace: true));
        Assert.Equal([(Key(1), "07")], Content(Store));
        File.Delete(Backup);
        Assert.Contains("cannot be read", Refusal(replace: true));
    }

    [Fact]
    public void A_record_that_is_there_twice_replaces_nothing()
    {
        using (var file = File.Create(Backup))
        {
            BackupWriter.Write(file, Enumerable.Repeat(new BackupRecord(RecordKind.State, "g/a", "r", RecordFormat.Json, [1]), 2), DateTimeOffset.UnixEpoch);
        }

        MakeStore(7);
        Assert.Contains("'r' of g/a twice", Refusal(replace: true));
        Assert.Equal([(Key(1), "07")], Content(Store));
        Assert.Equal(["fog.db", "fog.db.lock"], Directory.GetFiles(Data).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_store_in_use_is_not_replaced()
    {
        MakeBackup();
        MakeStore(7);
        using var running = SqliteRecordStore.Open(Store);
        Assert.Contains("Stop the other silo", Refusal(replace: true));
    }

    [Fact]
    public void A_restore_that_was_interrupted_starts_no_empty_store_and_can_be_repeated()
    {
        MakeBackup();
        Directory.CreateDirectory(Data);
        File.WriteAllText(Store + ".restoring", "half");
        Assert.Contains("fog restore", Assert.Throws<StoreUnavailableException>(() => SqliteRecordStore.Open(Store)).Message);
        StoreRestore.Restore(Backup, Store, replace: false);
        Assert.Equal(2500, Content(Store).Count);
    }
}
