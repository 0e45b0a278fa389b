using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Fog.Engine.Storage;

/// <summary>The tables of a store, and the way to them from every earlier version.</summary>
internal static class SqliteSchema
{
    /// <summary>Marks the file as ours: "FogE".</summary>
    private const int ApplicationId = 0x466F6745;

    private const long SynchronousFull = 2;

    /// <summary>The step at index n leads from version n to n + 1, in one transaction; version 0 is an empty file.
    /// A new version is a new step at the end: a step that was released is never changed.</summary>
    internal static IReadOnlyList<string> Steps { get; } =
    [
        $"""
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
        """,
    ];

    /// <summary>Readies a store for commits: it is whole, synced at every commit, and of this version.</summary>
    /// <param name="steps"><see cref="Steps"/>.</param>
    /// <exception cref="StoreUnavailableException">It is not ours, of a later version, or on a disk that keeps no promise.</exception>
    /// <exception cref="DamagedStoreException">Its pages do not fit together.</exception>
    internal static void Prepare(SqliteConnection writer, string path, IReadOnlyList<string> steps)
    {
        var version = Query(writer, "PRAGMA user_version");
        if (Query(writer, "SELECT count(*) FROM sqlite_schema") != 0 && Query(writer, "PRAGMA application_id") != ApplicationId)
        {
            throw new StoreUnavailableException($"{path} is a database of something else. Choose another data folder.");
        }

        if (version < 0 || version > steps.Count)
        {
            throw new StoreUnavailableException($"{path} was written by a later version (schema {version}, this one knows {steps.Count}). Run that version, or `fog restore` a backup that this version made.");
        }

        Check(writer, path);
        Execute(writer, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
        Require(Text(writer, "PRAGMA journal_mode") == "wal", path, "its write-ahead log cannot be switched on");
        Require(Query(writer, "PRAGMA synchronous") == SynchronousFull, path, "synchronous = FULL was not accepted");
        for (int step = (int)version; step < steps.Count; step++)
        {
            Execute(writer, $"BEGIN IMMEDIATE; {steps[step]} PRAGMA user_version = {step + 1}; COMMIT;");
        }

        // A commit that changes nothing: whatever keeps this disk from taking one is found now, and from here on the log is durable itself.
        Execute(writer, $"BEGIN IMMEDIATE; PRAGMA user_version = {steps.Count}; COMMIT;");
    }

    private static void Check(SqliteConnection connection, string path)
    {
        if (Query(connection, "PRAGMA page_count") * Query(connection, "PRAGMA page_size") <= EngineLimits.CheckedBytesMax
            && Text(connection, "PRAGMA quick_check(1)") is var found and not "ok")
        {
            throw new DamagedStoreException(path, found.ReplaceLineEndings(" "));
        }
    }

    private static void Require(bool condition, string path, string otherwise)
    {
        if (!condition)
        {
            throw new StoreUnavailableException($"{path} cannot promise durability: {otherwise}. Put it on a local file system.");
        }
    }

    internal static long Query(SqliteConnection connection, string sql) => Convert.ToInt64(Text(connection, sql), CultureInfo.InvariantCulture);

    private static string Text(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToString(command.ExecuteScalar(), CultureInfo.InvariantCulture)!;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
