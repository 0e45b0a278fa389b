using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Fog.Benchmarks.Engine;

/// <summary>The silo as it is published for this machine: from process start to the first call served by a grain, and its idle memory beside an empty Kestrel process.</summary>
internal static class Hosts
{
    private const int Starts = 5;
    private static readonly TimeSpan s_settling = TimeSpan.FromSeconds(3);

    /// <summary>The other process: Kestrel, one end point, nothing behind it.</summary>
    public static async Task RunEmptyKestrelAsync(int port)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        await using var app = builder.Build();
        app.Run(static context => context.Response.WriteAsync("empty"));
        await app.RunAsync();
    }

    public static async Task MeasureAsync(Report report)
    {
        var folder = Directory.CreateTempSubdirectory("fog-host-");
        try
        {
            Publish(folder.FullName);
            List<double> clock = [], processor = [];
            for (int i = 0; i <= Starts; i++)
            {
                var began = Stopwatch.GetTimestamp();
                using var silo = Start(folder.FullName, FreePort());
                await silo.FirstCallAsync("/v1/devices");
                if (i > 0) // The first one fills the page cache.
                {
                    clock.Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
                    processor.Add(silo.ProcessorTime.TotalSeconds);
                }
            }

            double seconds = Rate.Median(processor);
            report.Row(
                "process start to first served call", $"{seconds:0.00} s of processor time", "within 0.7 s", seconds <= 0.7,
                FormattableString.Invariant($"{Rate.Median(clock):0.00} s by the clock"));

            using var idle = Start(folder.FullName, FreePort());
            using var empty = StartEmpty(FreePort());
            await idle.FirstCallAsync("/v1/devices");
            await empty.FirstCallAsync("/");
            await Task.Delay(s_settling);
            double above = (idle.ResidentBytes - empty.ResidentBytes) / 1e6;
            report.Row(
                "idle silo above an empty Kestrel", $"{above:0.0} MB", "at most 25 MB", above <= 25,
                FormattableString.Invariant($"{idle.ResidentBytes / 1e6:0.0} MB and {empty.ResidentBytes / 1e6:0.0} MB"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static ServedProcess Start(string folder, int port) => new(
        new ProcessStartInfo(Path.Combine(folder, "Silo.Host"), ["--http", $"127.0.0.1:{port}", "--mqtt", "127.0.0.1:0"]), port);

    private static ServedProcess StartEmpty(int port) => new(new ProcessStartInfo(Environment.ProcessPath!, ["empty-kestrel", $"{port}"]), port);

    /// <summary>As docs/engine.md says to publish one.</summary>
    private static void Publish(string folder, [CallerFilePath] string here = "")
    {
        string project = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../Silo/Host"));
        using var publish = Process.Start(new ProcessStartInfo(
            "dotnet", ["publish", project, "-c", "Release", "-r", RuntimeInformation.RuntimeIdentifier.Contains("musl") ? "linux-musl-x64" : "linux-x64", "--no-self-contained", "-o", folder, "-v", "quiet", "--nologo"]))!;
        publish.WaitForExit();
        if (publish.ExitCode != 0)
        {
            throw new InvalidOperationException("The silo could not be published.");
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed class ServedProcess(ProcessStartInfo start, int port) : IDisposable
    {
        private static readonly HttpClient s_http = new();

        private readonly Process _process = Process.Start(Quiet(start))!;

        public TimeSpan ProcessorTime
        {
            get
            {
                _process.Refresh();
                return _process.TotalProcessorTime;
            }
        }

        public long ResidentBytes
        {
            get
            {
                _process.Refresh();
                return _process.WorkingSet64;
            }
        }

        /// <summary>Asks until it is served.</summary>
        public async Task FirstCallAsync(string path)
        {
            while (true)
            {
                try
                {
                    (await s_http.GetAsync(new Uri($"http://127.0.0.1:{port}{path}"))).EnsureSuccessStatusCode();
                    return;
                }
                catch (HttpRequestException) when (!_process.HasExited)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(5));
                }
            }
        }

        public void Dispose()
        {
            _process.Kill();
            _process.WaitForExit();
            _process.Dispose();
        }

        private static ProcessStartInfo Quiet(ProcessStartInfo start)
        {
            start.RedirectStandardOutput = true;
            return start;
        }
    }
}
