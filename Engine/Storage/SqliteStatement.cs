using System.Text;
using SQLitePCL;

namespace Fog.Engine.Storage;

/// <summary>A prepared statement, driven without the allocations of a command. Parameters and columns are counted from 1 and 0, as SQLite does.</summary>
internal sealed class SqliteStatement : IDisposable
{
    private readonly sqlite3 _connection;
    private readonly sqlite3_stmt _statement;
    private byte[] _text = new byte[256];

    /// <exception cref="SqliteFailure">The statement is wrong, or the database is.</exception>
    internal SqliteStatement(sqlite3 connection, string sql)
    {
        _connection = connection;
        Require(raw.sqlite3_prepare_v2(connection, sql, out _statement), raw.SQLITE_OK);
    }

    /// <summary>Rows changed by the last run.</summary>
    internal int Changes => raw.sqlite3_changes(_connection);

    internal SqliteStatement Bind(int parameter, long value)
    {
        Require(raw.sqlite3_bind_int64(_statement, parameter, value), raw.SQLITE_OK);
        return this;
    }

    internal SqliteStatement Bind(int parameter, string value)
    {
        var most = Encoding.UTF8.GetMaxByteCount(value.Length);
        if (_text.Length < most)
        {
            _text = new byte[most];
        }

        var length = Encoding.UTF8.GetBytes(value, _text);
        Require(raw.sqlite3_bind_text(_statement, parameter, _text.AsSpan(0, length)), raw.SQLITE_OK);
        return this;
    }

    internal SqliteStatement Bind(int parameter, byte[] value)
    {
        Require(
            value.Length == 0
                ? raw.sqlite3_bind_zeroblob(_statement, parameter, 0)
                : raw.sqlite3_bind_blob(_statement, parameter, value),
            raw.SQLITE_OK);
        return this;
    }

    /// <summary>Runs a statement that returns no rows.</summary>
    internal void Run()
    {
        var result = raw.sqlite3_step(_statement);
        var detail = result == raw.SQLITE_DONE ? null : Detail(result);
        raw.sqlite3_reset(_statement);
        if (detail is not null)
        {
            throw detail;
        }
    }

    /// <summary>Moves to the next row; at the end, readies the statement for its next use.</summary>
    internal bool NextRow()
    {
        var result = raw.sqlite3_step(_statement);
        if (result == raw.SQLITE_ROW)
        {
            return true;
        }

        var detail = result == raw.SQLITE_DONE ? null : Detail(result);
        raw.sqlite3_reset(_statement);
        return detail is null ? false : throw detail;
    }

    /// <summary>Leaves the rows that are left.</summary>
    internal void Reset() => raw.sqlite3_reset(_statement);

    internal long Int64(int column) => raw.sqlite3_column_int64(_statement, column);

    internal string Text(int column) => raw.sqlite3_column_text(_statement, column).utf8_to_string();

    internal byte[] Blob(int column) => raw.sqlite3_column_blob(_statement, column).ToArray();

    public void Dispose() => _statement.Dispose();

    private void Require(int result, int expected)
    {
        if (result != expected)
        {
            throw Detail(result);
        }
    }

    private SqliteFailure Detail(int result) => new(result, raw.sqlite3_errmsg(_connection).utf8_to_string());
}

/// <summary>SQLite refused. The store translates it into its own exceptions.</summary>
internal sealed class SqliteFailure(int code, string message) : Exception(message)
{
    /// <summary>Primary result code.</summary>
    internal int Code { get; } = code & 0xFF;
}
