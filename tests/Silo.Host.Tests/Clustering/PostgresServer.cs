using System.Diagnostics;
using Fog.Silo.Host.Tests.EndToEnd;
using Npgsql;

namespace Fog.Silo.Host.Tests.Clustering;

/// <summary>A PostgreSQL of the tests' own, from the machine's installation, on a free loopback port and in a folder of its own.</summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    private readonly string _folder = Directory.CreateTempSubdirectory("fog-postgres-").FullName;
    private readonly int _port = SiloProcess.FreePort();
    private Process? _server;
    private int _databases;

    public async Task InitializeAsync()
    {
        if (IsRoot)
        {
            await Run("chown", "postgres", _folder); // It does not run as root.
        }

        await Run([.. AsPostgres, Tool("initdb"), "--pgdata", Data, "--auth", "trust", "--username", "fog", "--no-sync"]);
        string[] serve = [.. AsPostgres, Tool("postgres"), "-D", Data, "-p", $"{_port}", "-k", _folder, "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "max_connections=300"];
        _server = Start(serve);
        _server.BeginErrorReadLine(); // Its log: unread, it would fill the pipe, and the server would stand still.
        await Eventually.Comes("PostgreSQL", s_patience, Answer);
    }

    /// <returns>Connection string of an empty database.</returns>
    public async Task<string> Database()
    {
        string name = $"fog{Interlocked.Increment(ref _databases)}";
        await Execute(ConnectionTo("postgres"), $"CREATE DATABASE {name}");
        return ConnectionTo(name);
    }

    public static async Task Execute(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <returns>The first column.</returns>
    public static async Task<IReadOnlyList<T>> Query<T>(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var rows = await command.ExecuteReaderAsync();
        var all = new List<T>();
        while (await rows.ReadAsync())
        {
            all.Add(rows.GetFieldValue<T>(0));
        }

        return all;
    }

    public async Task DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (_server is not null)
        {
            await Run([.. AsPostgres, Tool("pg_ctl"), "stop", "-D", Data, "-m", "immediate", "-w"]);
            await _server.WaitForExitAsync().WaitAsync(s_patience);
            _server.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private static bool IsRoot => Environment.UserName == "root";

    private static string[] AsPostgres => IsRoot ? ["runuser", "-u", "postgres", "--"] : [];

    private string Data => Path.Combine(_folder, "data");

    private string ConnectionTo(string database) => $"Host=127.0.0.1;Port={_port};Username=fog;Database={database}";

    private async Task<string?> Answer()
    {
        try
        {
            await Execute(ConnectionTo("postgres"), "SELECT 1");
            return "up";
        }
        catch (NpgsqlException)
        {
            return null;
        }
    }

    /// <summary>Debian keeps the server's tools out of the path.</summary>
    private static string Tool(string name) =>
        Directory.Exists("/usr/lib/postgresql")
        && Directory.GetDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal).Select(version => Path.Combine(version, "bin", name)).LastOrDefault(File.Exists) is { } path
            ? path
            : name;

    private static async Task Run(params string[] command)
    {
        using var process = Start(command);
        var said = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(s_patience);
        Assert.True(process.ExitCode == 0, $"{command[^1]}: {await said} These tests need PostgreSQL: apt-get install postgresql.");
    }

    private static Process Start(string[] command)
    {
        var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" })!;
        process.BeginOutputReadLine();
        return process;
    }
}
