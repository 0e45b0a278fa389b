using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Fog.Silo.Host.Tests.EndToEnd;

/// <summary>The executable of <c>Silo/Host</c>.</summary>
internal sealed class SiloProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task<string> _log;

    private SiloProcess(Process process, Task<string> log, Uri http)
    {
        _process = process;
        _log = log;
        Http = http;
    }

    public Uri Http { get; }

    /// <summary>On return, it serves.</summary>
    /// <param name="settings">Name and value of each, as variables.</param>
    /// <param name="trusted">PEM file of the authorities that the machine trusts; null: the machine's own.</param>
    public static async Task<SiloProcess> Start(IEnumerable<KeyValuePair<string, string>> settings, string? trusted = null)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(FogHost).Assembly.Location])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (trusted is not null)
        {
            start.Environment["SSL_CERT_FILE"] = trusted;
        }

        foreach (var (name, value) in settings)
        {
            start.Environment[$"FOG_{name.Replace(":", "__")}"] = value;
        }

        var process = Process.Start(start)!;
        var log = process.StandardError.ReadToEndAsync();
        string? line;
        try
        {
            line = await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(2));
        }
        catch (TimeoutException)
        {
            process.Kill();
            throw new TimeoutException($"The silo did not say within two minutes that it serves: {await log}");
        }

        return line is ['h', 't', 't', 'p', ' ', .. var address]
            ? new SiloProcess(process, log, new Uri(address))
            : throw new InvalidOperationException($"The silo did not start: {await log}");
    }

    /// <summary>For a port that must be known before it is listened on.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>SIGKILL: it cannot clean up.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>What it wrote to its log; it has ended.</summary>
    public Task<string> Log() => _log;

    public ValueTask DisposeAsync()
    {
        Kill();
        _process.Dispose();
        return ValueTask.CompletedTask;
    }
}
