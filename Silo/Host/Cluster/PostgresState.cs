using System.Text.Json;
using Fog.Engine.Backup;
using Fog.Engine.Storage;
using Fog.Silo.Host.Backups;
using Npgsql;
using NpgsqlTypes;

namespace Fog.Silo.Host;

/// <summary>Backups of a cluster's tables in PostgreSQL, and such tables made of a backup of either engine.</summary>
internal sealed class PostgresState(string connectionString, string cluster, TimeProvider clock) : SpooledBackup(null)
{
    /// <summary>As a silo that joins takes it (<see cref="StaleSilos"/>).</summary>
    private static readonly TimeSpan s_alive = TimeSpan.FromSeconds(15);

    /// <summary>States and reminders as they stood at one moment: a transaction sees one snapshot. Streams have no records here: events on their way are in memory.</summary>
    protected override void Write(Stream to)
    {
        using var connection = Open();
        using var transaction = connection.BeginTransaction(System.Data.IsolationLevel.RepeatableRead);
        RequireTables(connection);
        BackupWriter.Write(to, Records(connection), clock.GetUtcNow());
    }

    /// <summary>Fills the tables, whole or not at all.</summary>
    /// <param name="replace">Whether the cluster may have a state, which is then gone.</param>
    /// <exception cref="SiloStartException">The backup or the database cannot be used.</exception>
    public BackupSummary Restore(string backup, bool replace)
    {
        try
        {
            using var file = new FileStream(backup, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
            BackupReader.Verify(file, backup);
            file.Position = 0;
            using var connection = Open();
            using var transaction = connection.BeginTransaction();
            RequireTables(connection);
            RequireRoom(connection, replace);
            var reader = new BackupReader(file, backup);
            foreach (var record in reader.Records())
            {
                Insert(connection, record);
            }

            transaction.Commit();
            return reader.Summary!;
        }
        catch (Exception e) when (e is UnusableBackupException or IOException or UnauthorizedAccessException)
        {
            throw new SiloStartException(e is UnusableBackupException ? e.Message : $"{backup} cannot be read: {e.Message}", e);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            throw new SiloStartException($"{backup} is damaged: it has a record twice. Use another backup.", e);
        }
        catch (NpgsqlException e)
        {
            throw new SiloStartException(e.StateFailure()!, e);
        }
    }

    private NpgsqlConnection Open()
    {
        var connection = new NpgsqlConnection(connectionString);
        connection.Open();
        return connection;
    }

    private static void RequireTables(NpgsqlConnection connection)
    {
        using var command = new NpgsqlCommand("SELECT to_regclass('fog_state') IS NOT NULL", connection);
        if (!(bool)command.ExecuteScalar()!)
        {
            throw new SiloStartException("The database has no tables of the fog's own: back up and restore one that Orleans' scripts made with PostgreSQL's means.");
        }
    }

    private void RequireRoom(NpgsqlConnection connection, bool replace)
    {
        using (var alive = Command(connection, "SELECT name FROM fog_silo WHERE cluster = $1 AND status <> 6 AND greatest(started, alive) > $2 LIMIT 1"))
        {
            alive.Parameters.Add(new() { Value = clock.GetUtcNow().UtcDateTime - s_alive });
            if (alive.ExecuteScalar() is string name)
            {
                throw new SiloStartException($"Silo {name} of cluster '{cluster}' is running: stop all of them first. One that was killed counts for {s_alive.TotalSeconds} s.");
            }
        }

        foreach (string table in (string[])["fog_state", "fog_reminder"])
        {
            using var rows = Command(connection, replace ? $"DELETE FROM {table} WHERE service = $1" : $"SELECT 1 FROM {table} WHERE service = $1 LIMIT 1");
            if (!replace && rows.ExecuteScalar() is not null)
            {
                throw new SiloStartException($"Cluster '{cluster}' has a state in this database: name another database or cluster, or say --replace, and it is gone.");
            }

            if (replace)
            {
                rows.ExecuteNonQuery();
            }
        }
    }

    private IEnumerable<BackupRecord> Records(NpgsqlConnection connection)
    {
        using (var states = Command(connection, "SELECT grain, n0, n1, key, state FROM fog_state WHERE service = $1 AND state IS NOT NULL ORDER BY grain, n0, n1, key"))
        {
            using var rows = states.ExecuteReader();
            while (rows.Read())
            {
                if (StateNames.GrainTypeOf(rows.GetString(0)) is { } type) // Else it is Orleans' own: who subscribes to which stream.
                {
                    yield return new(RecordKind.State, GrainId.Create(type, new RowKey(rows.GetInt64(1), rows.GetInt64(2), rows.GetString(3)).Text).ToString(), rows.GetString(0), RecordFormat.Json, rows.GetFieldValue<byte[]>(4));
                }
            }
        }

        using (var reminders = Command(connection, "SELECT grain, name, start, period_ms FROM fog_reminder WHERE service = $1 ORDER BY grain, name"))
        {
            using var rows = reminders.ExecuteReader();
            while (rows.Read())
            {
                var schedule = new Schedule(rows.GetDateTime(2), TimeSpan.FromMilliseconds(rows.GetInt64(3)));
                yield return new(RecordKind.Reminder, rows.GetString(0), rows.GetString(1), RecordFormat.Json, JsonSerializer.SerializeToUtf8Bytes(schedule, StateJson.Options));
            }
        }
    }

    private void Insert(NpgsqlConnection connection, BackupRecord record)
    {
        if (record.Kind is not (RecordKind.State or RecordKind.Reminder))
        {
            return; // Of a stream: its readers subscribe anew.
        }

        if (record.Format != RecordFormat.Json || !GrainId.TryParse(record.Grain, null, out var grain))
        {
            throw new UnusableBackupException($"The backup has '{record.Name}' of {record.Grain} in format {record.Format}, which this version does not know: restore it with the version that made it, or a later one.");
        }

        if (record.Kind == RecordKind.State)
        {
            var key = RowKey.Of(grain);
            using var insert = Command(connection, "INSERT INTO fog_state (service, grain, n0, n1, key, version, state) VALUES ($1, $2, $3, $4, $5, 1, $6)");
            Add(insert, record.Name, key.N0, key.N1, key.Extension, record.Body);
            insert.ExecuteNonQuery();
        }
        else
        {
            var schedule = JsonSerializer.Deserialize<Schedule>(record.Body, StateJson.Options)!;
            using var insert = Command(connection, "INSERT INTO fog_reminder (service, grain, name, hash, start, period_ms, version) VALUES ($1, $2, $3, $4, $5, $6, 0)");
            Add(insert, record.Grain, record.Name, unchecked((int)grain.GetUniformHashCode()), schedule.FirstTick, (long)schedule.Period.TotalMilliseconds);
            insert.ExecuteNonQuery();
        }
    }

    private NpgsqlCommand Command(NpgsqlConnection connection, string text)
    {
        var command = new NpgsqlCommand(text, connection);
        command.Parameters.Add(new() { Value = cluster, NpgsqlDbType = NpgsqlDbType.Text });
        return command;
    }

    private static void Add(NpgsqlCommand command, params ReadOnlySpan<object> values)
    {
        foreach (object value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }
    }

    /// <summary>A reminder as a backup has it, UTC.</summary>
    private sealed record Schedule(DateTime FirstTick, TimeSpan Period);

    /// <summary>A grain's key in the columns of Orleans' ADO.NET storage, which takes keys that read as a Guid or a hexadecimal number for one.</summary>
    private readonly record struct RowKey(long N0, long N1, string Extension)
    {
        public static RowKey Of(GrainId grain)
        {
            if (grain.TryGetGuidKey(out var guid, out string? extension))
            {
                var bytes = guid.ToByteArray();
                return new(BitConverter.ToInt64(bytes), BitConverter.ToInt64(bytes, 8), extension ?? "");
            }

            return grain.TryGetIntegerKey(out long number, out extension)
                ? new(0, number, extension ?? "")
                : new(0, 0, grain.Key.ToString()!);
        }

        /// <summary>The key's text. Of a number, without leading zeros: keys that differ in these alone are one to that storage.</summary>
        public string Text => (N0, N1, Extension) switch
        {
            (0, 0, { Length: > 0 } text) => text,
            (0, var number, "") => number.ToString("x", System.Globalization.CultureInfo.InvariantCulture),
            _ => new Guid([.. BitConverter.GetBytes(N0), .. BitConverter.GetBytes(N1)]).ToString("N"),
        };
    }
}
