using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Fog.Engine.Storage;

/// <summary>Records in one SQLite file: write-ahead log, synced at every commit.</summary>
public sealed class SqliteRecordStore : IRecordStore
{
    /// <summary>Marks the file as ours: "FogE".</summary>
    private const int ApplicationId = 0x466F6745;

    /// <summary>Version of the tables below.</summary>
    private const int SchemaVersion = 1;

    private const long SynchronousFull = 2;
    private const string Key = "kind = ?1 AND grain = ?2 AND name = ?3";

    private readonly string _path;
    private readonly FileStream _ownership;
    private readonly Lock _reading = new();
    private readonly Lock _writing = new();
    private readonly SqliteConnection _writer;
    private readonly SqliteConnection _reader;
    private readonly List<SqliteStatement> _statements = [];
    private readonly SqliteStatement _begin, _commit, _rollback, _insert, _update, _delete, _version, _read, _readAll;
    private long _lastVersion;
    private bool _closed;

    private SqliteRecordStore(string path, FileStream ownership)
    {
        _path = path;
        _ownership = ownership;
        _writer = Connect(path);
        _reader = Connect(path);
        Prepare();
        _begin = Statement(_writer, "BEGIN IMMEDIATE");
        _commit = Statement(_writer, "COMMIT");
        _rollback = Statement(_writer, "ROLLBACK");
        _insert = Statement(_writer, "INSERT OR IGNORE INTO record (kind, grain, name, version, format, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
        _update = Statement(_writer, $"UPDATE record SET version = ?4, format = ?5, body = ?6 WHERE {Key} AND version = ?7");
        _delete = Statement(_writer, $"DELETE FROM record WHERE {Key} AND version = ?4");
        _version = Statement(_writer, $"SELECT version FROM record WHERE {Key}");
        _read = Statement(_reader, $"SELECT version, format, body FROM record WHERE {Key}");
        _readAll = Statement(_reader, "SELECT grain, name, version, format, body FROM record WHERE kind = ?1 ORDER BY grain, name");
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
        catch (Exception e)
        {
            ownership.Dispose();
            switch (e)
            {
                case SqliteException sqlite:
                    throw Translate(full, sqlite.SqliteErrorCode, sqlite);
                case SqliteFailure failure:
                    throw Translate(full, failure.Code, failure);
                default:
                    throw;
            }
        }
    }

    public StoredRecord? Read(RecordKey key)
    {
        lock (_reading)
        {
            ThrowIfClosed();
            try
            {
                StoredRecord? record = Bind(_read, key).NextRow()
                    ? new StoredRecord(_read.Int64(0), (int)_read.Int64(1), _read.Blob(2))
                    : null;
                _read.Reset();
                return record;
            }
            catch (SqliteFailure e)
            {
                throw Translate(_path, e.Code, e);
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
                List<KeyValuePair<RecordKey, StoredRecord>> found = [];
                _readAll.Bind(1, (long)kind);
                while (_readAll.NextRow())
                {
                    found.Add(new(
                        new RecordKey(kind, _readAll.Text(0), _readAll.Text(1)),
                        new StoredRecord(_readAll.Int64(2), (int)_readAll.Int64(3), _readAll.Blob(4))));
                }

                return found;
            }
            catch (SqliteFailure e)
            {
                throw Translate(_path, e.Code, e);
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
                _begin.Run();
                try
                {
                    foreach (var write in batch)
                    {
                        Apply(write);
                    }

                    _commit.Run();
                }
                catch (SqliteFailure)
                {
                    RollBack();
                    throw;
                }
            }
            catch (SqliteFailure e)
            {
                throw Translate(_path, e.Code, e);
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
                _statements.ForEach(static statement => statement.Dispose());
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

    private static OrleansException Translate(string path, int code, Exception e) => code switch
    {
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => new DamagedStoreException(path, e.Message, e),
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => new StoreUnavailableException($"{path} is locked by another program: {e.Message}. Close it.", e),
        _ => new StoreUnavailableException($"{path} cannot be used: {e.Message}. Check the disk's space and the file's permissions.", e),
    };

    private static SqliteStatement Bind(SqliteStatement statement, RecordKey key)
        => statement.Bind(1, (long)key.Kind).Bind(2, key.Grain).Bind(3, key.Name);

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

    private SqliteStatement Statement(SqliteConnection connection, string sql)
    {
        var statement = new SqliteStatement(connection.Handle!, sql);
        _statements.Add(statement);
        return statement;
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

    private void Require(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new StoreUnavailableException($"{_path} cannot promise durability: {otherwise}. Put it on a local file system.");
        }
    }

    private void ThrowIfClosed()
    {
        if (_closed)
        {
            throw new StoreUnavailableException($"{_path} is closed: the engine has stopped.");
        }
    }

    private void Apply(RecordWrite write)
    {
        var version = ++_lastVersion;
        var expected = write.ExpectedVersion ?? 0; // No record has version 0.
        var statement = write switch
        {
            { Body: null } => Bind(_delete, write.Key).Bind(4, expected),
            { ExpectedVersion: null } => Bind(_insert, write.Key).Bind(4, version).Bind(5, RecordFormat.Json).Bind(6, write.Body),
            _ => Bind(_update, write.Key).Bind(4, version).Bind(5, RecordFormat.Json).Bind(6, write.Body).Bind(7, expected),
        };
        statement.Run();
        if (statement.Changes != 0)
        {
            write.IsConflict = false;
            write.Version = write.Body is null ? null : version;
            return;
        }

        write.Version = Bind(_version, write.Key).NextRow() ? _version.Int64(0) : null;
        _version.Reset();
        write.IsConflict = write.Version is not null || write.ExpectedVersion is not null;
    }

    private void RollBack()
    {
        try
        {
            _rollback.Run();
        }
        catch (SqliteFailure)
        {
            // SQLite has rolled back by itself; the first failure is the one to tell.
        }
    }
}
