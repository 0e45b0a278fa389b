using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Fog.Silo.Host;

/// <summary>Makes the tables and queries that Orleans' ADO.NET providers ask for (postgresql.sql), where they are not there yet.</summary>
/// <remarks>Orleans reads its queries from the table OrleansQuery. A database in which Orleans' own scripts were run serves as it is.</remarks>
internal sealed class PostgresSchema(string connectionString) : IHostedService
{
    /// <summary>Of the advisory lock under which one silo makes the tables while others wait.</summary>
    private const long LockKey = 0x466F67; // "Fog"

    private static readonly string[] s_keys =
    [
        "GatewaysQueryKey", "MembershipReadRowKey", "MembershipReadAllKey", "InsertMembershipVersionKey", "UpdateIAmAlivetimeKey", "InsertMembershipKey",
        "UpdateMembershipKey", "DeleteMembershipTableEntriesKey", "CleanupDefunctSiloEntriesKey",
        "ReadFromStorageKey", "WriteToStorageKey", "ClearStorageKey", "DeleteStorageKey",
        "ReadReminderRowsKey", "ReadReminderRowKey", "ReadRangeRows1Key", "ReadRangeRows2Key", "UpsertReminderRowKey", "DeleteReminderRowKey", "DeleteReminderRowsKey",
    ];

    /// <exception cref="SiloStartException">The database cannot be had, may not be changed, or has other tables of Orleans.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Ensure(cancellationToken);
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new SiloStartException($"The database lacks the fog's tables, and this user may not make them ({refused.MessageText}): grant CREATE on schema public for the first start.", refused);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task Ensure(CancellationToken cancel)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await Execute($"SELECT pg_advisory_xact_lock({LockKey})");
        if (!await Exists())
        {
            using var script = new StreamReader(typeof(PostgresSchema).Assembly.GetManifestResourceStream("postgresql.sql")!);
            await Execute(await script.ReadToEndAsync(cancel));
        }

        var missing = s_keys.Except(await Keys()).ToArray();
        if (missing.Length > 0)
        {
            throw new SiloStartException(
                $"The database has Orleans' tables, but not its queries {string.Join(", ", missing)}: run Orleans' scripts for clustering, persistence and reminders in it, or give the fog a database of its own.");
        }

        await transaction.CommitAsync(cancel);

        async Task Execute(string text)
        {
            await using var command = new NpgsqlCommand(text, connection, transaction);
            await command.ExecuteNonQueryAsync(cancel);
        }

        async Task<bool> Exists()
        {
            await using var command = new NpgsqlCommand("SELECT to_regclass('orleansquery') IS NOT NULL", connection, transaction);
            return (bool)(await command.ExecuteScalarAsync(cancel))!;
        }

        async Task<List<string>> Keys()
        {
            await using var command = new NpgsqlCommand("SELECT QueryKey FROM OrleansQuery", connection, transaction);
            await using var rows = await command.ExecuteReaderAsync(cancel);
            var keys = new List<string>();
            while (await rows.ReadAsync(cancel))
            {
                keys.Add(rows.GetString(0));
            }

            return keys;
        }
    }
}
