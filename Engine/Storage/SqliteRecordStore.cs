using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Fog.Engine.Storage;

/// <summary>Records in one SQLite file: write-ahead log, synced at every commit.</summary>
public sealed class SqliteRecordStore : IStagingStore
{
    /// <summary>Names a store that a restore is making, beside the one it is to be.</summary>
    internal const string MakingSuffix = ".restoring";

    private const string Key = "kind = ?1 AND grain = ?2 AND name = ?3";

    private readonly string _path;
    private readonly StoreOwnership _ownership;
    private readonly Lock _reading = new();
    private readonly Lock _writing = new();
    private readonly SqliteConnection _writer;
    private readonly SqliteConnection _reader;
    private readonly List<SqliteStatement> _statements = [];
    private readonly SqliteStatement _begin, _commit, _rollback, _insert, _update, _delete, _put, _remove, _version, _read, _readAll;
    private long _lastVersion;
    private IReadOnlyList<RecordWrite>? _staged; // Whose transaction is open, with so many of its writes applied.
    private int _stagedCount;
    private bool _closed;

    private SqliteRecordStore(string path, StoreOwnership ownership)
    {
        _path = path;
        _ownership = ownership;
        _writer = Connect(path);
        try
        {
            SqliteSchema.Prepare(_writer, path, SqliteSchema.Steps);
            _lastVersion = SqliteSchema.Query(_writer, "SELECT coalesce(max(version), 0) FROM record");
            ownership.Mark();
        }
        catch
        {
            _writer.Dispose();
            throw;
        }

        _reader = Connect(path);
        _begin = Statement(_writer, "BEGIN IMMEDIATE");
        _commit = Statement(_writer, "COMMIT");
        _rollback = Statement(_writer, "ROLLBACK");
        _insert = Statement(_writer, "INSERT OR IGNORE INTO record (kind, grain, name, version, format, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
        _update = Statement(_writer, $"UPDATE record SET version = ?4, format = ?5, body = ?6 WHERE {Key} AND version = ?7");
        _delete = Statement(_writer, $"DELETE FROM record WHERE {Key} AND version = ?4");
        _put = Statement(_writer, "INSERT OR REPLACE INTO record (kind, grain, name, version, format, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
        _remove = Statement(_writer, $"DELETE FROM record WHERE {Key}");
        _version = Statement(_writer, $"SELECT version FROM record WHERE {Key}");
        _read = Statement(_reader, $"SELECT version, format, body FROM record WHERE {Key}");
        _readAll = Statement(_reader, "SELECT grain, name, version, format, body FROM record WHERE kind = ?1 ORDER BY grain, name");
    }

    /// <exception cref="StoreUnavailableException">Another process has it, it cannot be opened, or a later version wrote it.</exception>
    /// <exception cref="DamagedStoreException">It is not a store any more.</exception>
    public static SqliteRecordStore Open(string path)
    {
        var full = Path.GetFullPath(path);
        var ownership = StoreOwnership.Take(full);
        try
        {
            RequireLog(full, ownership.IsMarked);
            return new SqliteRecordStore(full, ownership);
        }
        catch (Exception e)
        {
            ownership.Dispose();
            switch (e)
            {
                case SqliteException sqlite:
                    throw StoreTrouble.Of(full, sqlite.SqliteErrorCode, sqlite);
                case SqliteFailure failure:
                    throw StoreTrouble.Of(full, failure.Code, failure);
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
                throw StoreTrouble.Of(_path, e.Code, e);
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
                throw StoreTrouble.Of(_path, e.Code, e);
            }
        }
    }

    /// <remarks>Commits meanwhile grow the -wal file: be quick.</remarks>
    public IEnumerable<KeyValuePair<RecordKey, StoredRecord>> Snapshot()
    {
        lock (_reading)
        {
            ThrowIfClosed();
        }

        using var connection = Connect(_path);
        using var records = new SqliteStatement(connection.Handle!, "SELECT kind, grain, name, version, format, body FROM record ORDER BY kind, grain, name");
        while (Next(records))
        {
            yield return new(
                new RecordKey((RecordKind)records.Int64(0), records.Text(1), records.Text(2)),
                new StoredRecord(records.Int64(3), (int)records.Int64(4), records.Blob(5)));
        }
    }

    public void Commit(IReadOnlyList<RecordWrite> batch)
    {
        lock (_writing)
        {
            ThrowIfClosed();
            try
            {
                Apply(batch);
                try
                {
                    _commit.Run();
                    _staged = null;
                }
                catch (SqliteFailure)
                {
                    RollBack();
                    throw;
                }
            }
            catch (SqliteFailure e)
            {
                throw StoreTrouble.Of(_path, e.Code, e);
            }
        }
    }

    void IStagingStore.Stage(IReadOnlyList<RecordWrite> batch)
    {
        lock (_writing)
        {
            if (_closed)
            {
                return;
            }

            try
            {
                Apply(batch);
            }
            catch (SqliteFailure)
            {
                // Undone; the commit begins anew, and tells.
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
                Unstage();
                _ownership.Unmark();
                SetLogKept(_writer, false);
                _statements.ForEach(static statement => statement.Dispose());
                _reader.Dispose();
                _writer.Dispose();
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
        SetLogKept(connection, true);
        return connection;
    }

    /// <summary>Whether the log stays as it is when the last connection closes, as after a crash; else it is moved into the file and removed.</summary>
    private static void SetLogKept(SqliteConnection connection, bool isKept) =>
        raw.sqlite3_db_config(connection.Handle!, raw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, isKept ? 1 : 0, out _);

    /// <summary>SQLite itself takes a store without its log, or a log without its store, for a new one, and what they held for nothing.</summary>
    private static void RequireLog(string path, bool isMarked)
    {
        var log = new FileInfo(path + "-wal");
        if (isMarked && !log.Exists)
        {
            throw new DamagedStoreException(path, $"{log.Name}, which holds the latest commits, is missing: put it back; if another program has opened the store since the silo ended, nothing is missing and {log.Name[..^4]}.lock may go");
        }

        if (!File.Exists(path) && File.Exists(path + MakingSuffix))
        {
            throw new StoreUnavailableException($"A restore of {path} did not come to its end: run `fog restore` again, or remove {path + MakingSuffix} to start with an empty store.");
        }

        if (log is { Exists: true, Length: > 0 } && new FileInfo(path) is not { Exists: true, Length: > 0 })
        {
            throw new DamagedStoreException(path, $"only {log.Name} is left of it; put it back if you have it");
        }
    }

    private static SqliteStatement Bind(SqliteStatement statement, RecordKey key)
        => statement.Bind(1, (long)key.Kind).Bind(2, key.Grain).Bind(3, key.Name);

    private SqliteStatement Statement(SqliteConnection connection, string sql)
    {
        var statement = new SqliteStatement(connection.Handle!, sql);
        _statements.Add(statement);
        return statement;
    }

    private void ThrowIfClosed()
    {
        if (_closed)
        {
            throw new StoreUnavailableException($"{_path} is closed: the engine has stopped.");
        }
    }

    private bool Next(SqliteStatement records)
    {
        try
        {
            return records.NextRow();
        }
        catch (SqliteFailure e)
        {
            throw StoreTrouble.Of(_path, e.Code, e);
        }
    }

    /// <summary>Applies what of the batch is not applied yet, in a transaction that is open afterwards.</summary>
    /// <exception cref="SqliteFailure">Nothing of it is applied, and no transaction is open.</exception>
    private void Apply(IReadOnlyList<RecordWrite> batch)
    {
        if (!ReferenceEquals(_staged, batch))
        {
            Unstage();
            _begin.Run();
            (_staged, _stagedCount) = (batch, 0);
        }

        try
        {
            for (; _stagedCount < batch.Count; _stagedCount++)
            {
                Apply(batch[_stagedCount]);
            }
        }
        catch (SqliteFailure)
        {
            RollBack();
            throw;
        }
    }

    private void Unstage()
    {
        if (_staged is not null)
        {
            RollBack();
        }
    }

    private void Apply(RecordWrite write)
    {
        var version = ++_lastVersion;
        var expected = write.ExpectedVersion ?? 0; // No record has version 0.
        var statement = write switch
        {
            { ExpectedVersion: RecordWrite.AnyVersion, Body: null } => Bind(_remove, write.Key),
            { ExpectedVersion: RecordWrite.AnyVersion } => Bind(_put, write.Key).Bind(4, version).Bind(5, write.Format).Bind(6, write.Body),
            { Body: null } => Bind(_delete, write.Key).Bind(4, expected),
            { ExpectedVersion: null } => Bind(_insert, write.Key).Bind(4, version).Bind(5, write.Format).Bind(6, write.Body),
            _ => Bind(_update, write.Key).Bind(4, version).Bind(5, write.Format).Bind(6, write.Body).Bind(7, expected),
        };
        statement.Run();
        if (statement.Changes != 0 || write.ExpectedVersion == RecordWrite.AnyVersion)
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
        _staged = null;
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
