using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Fog.Engine.Storage;
using Fog.Engine.Tests.Storage.PowerLoss;
using Microsoft.Data.Sqlite;

namespace Fog.Engine.Tests.Storage;

/// <summary>Real files, damaged: each start says which file it is, and what to do.</summary>
public sealed class DamageTests : IDisposable
{
    private const int Nobody = 65534;

    private readonly string _folder = Directory.CreateTempSubdirectory("fog-damage-").FullName;

    private string File => Path.Combine(_folder, "fog.db");

    private string Log => File + "-wal";

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static RecordKey Key(string name) => new(RecordKind.State, "g/a", name);

    /// <summary>A store of some dozen pages.</summary>
    private void MakeStore()
    {
        using var store = SqliteRecordStore.Open(File);
        store.Commit([.. Enumerable.Range(0, 500).Select(static i => new RecordWrite(Key($"{i}"), null, new byte[200]))]);
    }

    /// <summary>As it is after its process was killed.</summary>
    private void MakeCrashedStore()
    {
        var living = Directory.CreateDirectory(Path.Combine(_folder, "living")).FullName;
        using var store = SqliteRecordStore.Open(Path.Combine(living, "fog.db"));
        store.Commit([new RecordWrite(Key("a"), null, [1])]);
        Assert.Equal(1, new FileInfo(Path.Combine(living, "fog.db.lock")).Length);
        System.IO.File.Copy(Path.Combine(living, "fog.db"), File);
        System.IO.File.Copy(Path.Combine(living, "fog.db-wal"), Log);
        System.IO.File.WriteAllText(File + ".lock", "u");
    }

    private string DamageSeen() => Named(Assert.Throws<DamagedStoreException>(() => SqliteRecordStore.Open(File)).Message);

    private string TroubleSeen() => Named(Assert.Throws<StoreUnavailableException>(() => SqliteRecordStore.Open(File)).Message);

    private string Named(string message)
    {
        Assert.Contains(File, message);
        return message;
    }

    private void Spoil(long from, int count, byte with)
    {
        using var file = System.IO.File.OpenWrite(File);
        file.Position = from;
        file.Write([.. Enumerable.Repeat(with, count)]);
    }

    [Theory]
    [InlineData(4096, int.MaxValue)] // All pages but the first, which holds the schema.
    [InlineData(3 * 4096, 4096)]
    [InlineData(0, 16)]
    [InlineData(100, 8)]
    public void A_damaged_page_is_found_at_the_start(long from, int count)
    {
        MakeStore();
        Spoil(from, (int)Math.Min(count, new FileInfo(File).Length - from), 0xAA);
        Assert.Contains("fog restore", DamageSeen());
    }

    [Theory]
    [InlineData(4096)]
    [InlineData(5 * 4096)]
    [InlineData(5 * 4096 + 100)]
    [InlineData(100)]
    public void A_truncated_file_is_found_at_the_start(long length)
    {
        MakeStore();
        using (var file = System.IO.File.OpenWrite(File))
        {
            file.SetLength(length);
        }

        Assert.Contains("fog restore", DamageSeen());
    }

    [Fact]
    public void A_store_whose_log_is_gone_is_not_taken_for_a_whole_one()
    {
        MakeCrashedStore();
        System.IO.File.Delete(Log);
        var message = DamageSeen();
        Assert.Contains("fog.db-wal", message);
        Assert.Contains("fog restore", message);
        Assert.Contains("fog.db.lock may go", message);
    }

    [Fact]
    public void A_log_whose_store_is_gone_is_kept()
    {
        MakeCrashedStore();
        System.IO.File.Delete(File);
        Assert.Contains("only fog.db-wal is left", DamageSeen());
        System.IO.File.WriteAllBytes(File, []);
        Assert.Contains("only fog.db-wal is left", DamageSeen());
        Assert.True(new FileInfo(Log).Length > 0);
    }

    [Fact]
    public void A_start_that_fails_leaves_the_log_of_a_crash_where_it_is()
    {
        MakeCrashedStore();
        var trace = new DiskTrace { IsFull = true };
        using (TracingVfs.Trace(_folder, trace))
        {
            TroubleSeen();
            trace.IsFull = false;
            using var store = SqliteRecordStore.Open(File);
            Assert.Equal([1], store.Read(Key("a"))!.Value.Body);
        }

        Assert.False(System.IO.File.Exists(Log));
        SqliteRecordStore.Open(File).Dispose();
    }

    [Fact]
    public void A_full_disk_is_named_and_harms_nothing()
    {
        var trace = new DiskTrace();
        using var tracing = TracingVfs.Trace(_folder, trace);
        using (var store = SqliteRecordStore.Open(File))
        {
            store.Commit([new RecordWrite(Key("a"), null, [1])]);
            trace.IsFull = true;
            Assert.Contains("No space is left", Named(Assert.Throws<StoreUnavailableException>(() => store.Commit([new RecordWrite(Key("b"), null, new byte[10_000])])).Message));
            Assert.Null(store.Read(Key("b")));
            trace.IsFull = false;
            store.Commit([new RecordWrite(Key("b"), null, [2])]);
        }

        trace.IsFull = true;
        Assert.Contains("No space is left", TroubleSeen());
        trace.IsFull = false;
        using var again = SqliteRecordStore.Open(File);
        Assert.Equal([1, 2], again.Snapshot().Select(static record => record.Value.Body[0]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [UnsupportedOSPlatform("windows")]
    public void A_store_that_may_only_be_read_is_refused_at_the_start(bool wholeFolder)
    {
        MakeStore();
        const UnixFileMode All = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        System.IO.File.SetUnixFileMode(File, All);
        if (wholeFolder)
        {
            System.IO.File.SetUnixFileMode(_folder, All | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        }
        else
        {
            System.IO.File.SetUnixFileMode(_folder, (UnixFileMode)0b111_111_111);
            System.IO.File.SetUnixFileMode(File + ".lock", (UnixFileMode)0b110_110_110);
        }

        string? message = null;
        var thread = new Thread(() =>
        {
            // Whoever runs the tests may be one whom permissions do not bind.
            _ = SetUser(Nobody);
            message = TroubleSeen();
        });
        thread.Start();
        thread.Join();
        System.IO.File.SetUnixFileMode(_folder, (UnixFileMode)0b111_000_000);
        Assert.Contains("give this user write access", message);
        Assert.Contains("data folder", message);
    }

    [Fact]
    public void A_file_that_is_no_database_is_named_with_what_to_do()
    {
        System.IO.File.WriteAllBytes(File, [.. Enumerable.Range(0, 8192).Select(static i => (byte)(i * 37))]);
        var damage = Assert.Throws<DamagedStoreException>(() => SqliteRecordStore.Open(File));
        Assert.Contains(File, damage.Message);
        Assert.Contains("backup", damage.Message);
        System.IO.File.Delete(File);
        SqliteRecordStore.Open(File).Dispose(); // It let go of the lock.
    }

    [Fact]
    public void A_database_of_another_program_is_left_alone()
    {
        using (var connection = new SqliteConnection($"Data Source={File};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "CREATE TABLE theirs (x)";
            command.ExecuteNonQuery();
        }

        Assert.Contains("something else", Assert.Throws<StoreUnavailableException>(() => SqliteRecordStore.Open(File)).Message);
    }

    [Fact]
    public void A_file_of_a_later_version_is_refused()
    {
        SqliteRecordStore.Open(File).Dispose();
        using (var connection = new SqliteConnection($"Data Source={File};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version = 99";
            command.ExecuteNonQuery();
        }

        Assert.Contains("later version", Assert.Throws<StoreUnavailableException>(() => SqliteRecordStore.Open(File)).Message);
    }

    [DllImport("libc", EntryPoint = "setfsuid")]
    private static extern int SetUser(int user);
}
