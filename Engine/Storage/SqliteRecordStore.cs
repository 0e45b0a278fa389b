using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Fog.Engine.Storage;

/// <summary>Records in one SQLite file: write-ahead log, synced at every commit.</summary>
public sealed class SqliteRecordStore : IRecordStore
{
    /// <summary>Marks the file as ours: "FogE".</summary>
    private const int ApplicationId = 0x466F6745;

    /// <summary>Version of the tables below.</summary>
    private const int SchemaVersion = 1;

    private const int SqliteBusy = 5;
    private const int SqliteCorrupt = 11;
    private const int SqliteNotADatabase = 26;
    private const long SynchronousFull = 2;

    private readonly string _path;
    private readonly FileStream _ownership;
    private readonly SqliteConnection _writer;
    private readonly SqliteConnection _reader;
    private readonly Lock _reading = new();
    private readonly Lock _writing = new();
    private readonly Statements _statements;
    private readonly SqliteCommand _read;
    private long _lastVersion;
    private bool _closed;

    private SqliteRecordStore(string path, FileStream ownership)
    {
        _path = path;
        _ownership = ownership;
        _writer = Connect(path);
        _reader = Connect(path);
        Prepare();
        _statements = new Statements(_writer);
        _read = _reader.CreateCommand();
        _read.CommandText = "SELECT version, format, body FROM record WHERE kind = $kind AND grain = $grain AND name = $name";
        AddKey(_read);
        _read.Prepare();
    }

    /// <exception cref="StoreUnavailableException">Another process has it, it cannot be opened, or a later version wrote it.</exception>
    /// <exception cref="DamagedStoreException">It is not a store any more.</exception>
    public static SqliteRecordStore Open(string path)
    {
        var full = Path.GetFullPath(path);
        FileStream ownership;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            // Two engines on one file would each believe that they alone have its grains.
            ownership = new FileStream(full + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnavailableException($"{full} cannot be opened: {e.Message} Stop the other silo that uses it, or choose another data folder.", e);
        }

        try
        {
            return new SqliteRecordStore(full, ownership);
        }
        catch (SqliteException e)
        {
            ownership.Dispose();
            throw Translate(full, e);
        }
        catch
        {
            ownership.Dispose();
            throw;
        }
    }

    public StoredRecord? Read(RecordKey key)
    {
        lock (_reading)
        {
            ThrowIfClosed();
            try
            {
                SetKey(_read, key);
                using var rows = _read.ExecuteReader();
                return rows.Read() ? new StoredRecord(rows.GetInt64(0), rows.GetInt32(1), rows.GetFieldValue<byte[]>(2)) : null;
            }
            catch (SqliteException e)
            {
                throw Translate(_path, e);
            }
        }
    }

    public IReadOnlyList<KeyValuePair<RecordKey, StoredRecord>> ReadAll(RecordKind kind)
    {
        lock (_reading)
        {
            ThrowIfClosed();
            try
            {
                using var command = _reader.CreateCommand();
                command.CommandText = "SELECT grain, name, version, format, body FROM record WHERE kind = $kind ORDER BY grain, name";
                command.Parameters.AddWithValue("$kind", (long)kind);
                using var rows = command.ExecuteReader();
                List<KeyValuePair<RecordKey, StoredRecord>> found = [];
                while (rows.Read())
                {
                    found.Add(new(
                        new RecordKey(kind, rows.GetString(0), rows.GetString(1)),
                        new StoredRecord(rows.GetInt64(2), rows.GetInt32(3), rows.GetFieldValue<byte[]>(4))));
                }

                return found;
            }
            catch (SqliteException e)
            {
                throw Translate(_path, e);
            }
        }
    }

    public void Commit(IReadOnlyList<RecordWrite> batch)
    {
        lock (_writing)
        {
            ThrowIfClosed();
            try
            {
                using var transaction = _writer.BeginTransaction(deferred: false);
                foreach (var write in batch)
                {
                    Apply(write, transaction);
                }

                transaction.Commit();
            }
            catch (SqliteException e)
            {
                throw Translate(_path, e);
            }
        }
    }

    public void Dispose()
    {
        lock (_writing)
        {
            lock (_reading)
            {
                if (_closed)
                {
                    return;
                }

                _closed = true;
                _read.Dispose();
                _statements.Dispose();
                _reader.Dispose();
                _writer.Dispose(); // The last connection out moves the log into the file.
                _ownership.Dispose();
            }
        }
    }

    private static SqliteConnection Connect(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Pooling = false,
        }.ToString());
        connection.Open();
        return connection;
    }

    private static OrleansException Translate(string path, SqliteException e) => e.SqliteErrorCode switch
    {
        SqliteCorrupt or SqliteNotADatabase => new DamagedStoreException(path, e.Message, e),
        SqliteBusy => new StoreUnavailableException($"{path} is locked by another program: {e.Message}.", e),
        _ => new StoreUnavailableException($"{path} cannot be used: {e.Message}. Check the disk's space and the file's permissions.", e),
    };

    private static void AddKey(SqliteCommand command)
    {
        command.Parameters.Add("$kind", SqliteType.Integer);
        command.Parameters.Add("$grain", SqliteType.Text);
        command.Parameters.Add("$name", SqliteType.Text);
    }

    private static void SetKey(SqliteCommand command, RecordKey key)
    {
        command.Parameters[0].Value = (long)key.Kind;
        command.Parameters[1].Value = key.Grain;
        command.Parameters[2].Value = key.Name;
    }

    private static long Query(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private void Prepare()
    {
        var isNew = Query(_writer, "SELECT count(*) FROM sqlite_schema") == 0;
        if (!isNew && Query(_writer, "PRAGMA application_id") != ApplicationId)
        {
            throw new StoreUnavailableException($"{_path} is a database of something else. Choose another data folder.");
        }

        var version = Query(_writer, "PRAGMA user_version");
        if (version > SchemaVersion)
        {
            throw new StoreUnavailableException($"{_path} was written by a later version (schema {version}, this one knows {SchemaVersion}). Run that version, or restore an older backup.");
        }

        Execute(_writer, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
        using (var mode = _writer.CreateCommand())
        {
            mode.CommandText = "PRAGMA journal_mode";
            Require((string)mode.ExecuteScalar()! == "wal", "its write-ahead log cannot be switched on");
        }

        Require(Query(_writer, "PRAGMA synchronous") == SynchronousFull, "synchronous = FULL was not accepted");
        if (isNew)
        {
            Execute(_writer, $"""
                BEGIN IMMEDIATE;
                CREATE TABLE record (
                    kind INTEGER NOT NULL,
                    grain TEXT NOT NULL,
                    name TEXT NOT NULL,
                    version INTEGER NOT NULL,
                    format INTEGER NOT NULL,
                    body BLOB NOT NULL,
                    PRIMARY KEY (kind, grain, name)
                ) WITHOUT ROWID;
                PRAGMA application_id = {ApplicationId};
                PRAGMA user_version = {SchemaVersion};
                COMMIT;
                """);
        }

        _lastVersion = Query(_writer, "SELECT coalesce(max(version), 0) FROM record");
    }

    private void ThrowIfClosed()
    {
        if (_closed)
        {
            throw new StoreUnavailableException($"{_path} is closed: the engine has stopped.");
        }
    }

    private void Require(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new StoreUnavailableException($"{_path} cannot promise durability: {otherwise}. Put it on a local file system.");
        }
    }

    private void Apply(RecordWrite write, SqliteTransaction transaction)
    {
        var version = ++_lastVersion;
        var command = write switch
        {
            { Body: null } => _statements.Delete,
            { ExpectedVersion: null } => _statements.Insert,
            _ => _statements.Update,
        };
        command.Transaction = transaction;
        SetKey(command, write.Key);
        command.Parameters[3].Value = (object?)write.ExpectedVersion ?? DBNull.Value;
        if (write.Body is not null)
        {
            command.Parameters[4].Value = version;
            command.Parameters[5].Value = RecordFormat.Json;
            command.Parameters[6].Value = write.Body;
        }

        if (command.ExecuteNonQuery() != 0)
        {
            write.IsConflict = false;
            write.Version = write.Body is null ? null : version;
            return;
        }

        var stored = _statements.Version;
        stored.Transaction = transaction;
        SetKey(stored, write.Key);
        write.Version = stored.ExecuteScalar() as long?;
        write.IsConflict = write.Version is not null || write.ExpectedVersion is not null;
    }

    /// <summary>Prepared once, on the writer's connection.</summary>
    private sealed class Statements(SqliteConnection connection) : IDisposable
    {
        private const string Key = "kind = $kind AND grain = $grain AND name = $name";

        internal SqliteCommand Insert { get; } = Make(connection,
            "INSERT OR IGNORE INTO record (kind, grain, name, version, format, body) SELECT $kind, $grain, $name, $version, $format, $body WHERE $expected IS NULL");

        internal SqliteCommand Update { get; } = Make(connection,
            $"UPDATE record SET version = $version, format = $format, body = $body WHERE {Key} AND version = $expected");

        internal SqliteCommand Delete { get; } = Make(connection, $"DELETE FROM record WHERE {Key} AND version = $expected", hasBody: false);

        internal SqliteCommand Version { get; } = Make(connection, $"SELECT version FROM record WHERE {Key}", hasBody: false, hasExpected: false);

        public void Dispose()
        {
            Insert.Dispose();
            Update.Dispose();
            Delete.Dispose();
            Version.Dispose();
        }

        private static SqliteCommand Make(SqliteConnection connection, string sql, bool hasBody = true, bool hasExpected = true)
        {
            var command = connection.CreateCommand();
            command.CommandText = sql;
            AddKey(command);
            if (hasExpected)
            {
                command.Parameters.Add("$expected", SqliteType.Integer);
            }

            if (hasBody)
            {
                command.Parameters.Add("$version", SqliteType.Integer);
                command.Parameters.Add("$format", SqliteType.Integer);
                command.Parameters.Add("$body", SqliteType.Blob);
            }

            return command;
        }
    }
}
