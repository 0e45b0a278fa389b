using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using Fog.Simulation;

namespace Fog.Client.Sdk.Cli.Worlds;

/// <summary>A process that runs worlds of a run, one after another: with a garbage collector of its own, so that whoever collects stops nobody else, and code that is compiled once for all of them.</summary>
internal sealed class WorldProcess : IDisposable
{
    /// <summary>What such a process is told to do: for each line of its input, the options of a world as JSON, it says one with the report.</summary>
    public const string Command = "sim-worlds";

    /// <summary>Whatever a device's wake allocates lives until it sleeps again, and a tenth of the devices is awake: the fewer collections copy that, the better.
    /// The size is of 512 MB, which only the server's collector takes.</summary>
    private static readonly KeyValuePair<string, string>[] s_collector =
    [
        new("DOTNET_gcServer", "1"), new("DOTNET_GCHeapCount", "1"), new("DOTNET_GCDynamicAdaptationMode", "0"), new("DOTNET_GCgen0size", "0x20000000"),
    ];

    private static readonly JsonSerializerOptions s_json = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private readonly Process _process;
    private readonly Task<string> _error;

    public WorldProcess()
    {
        // Run as a program of its own it is that program, else the one that dotnet was given.
        string program = Environment.ProcessPath!;
        string library = typeof(WorldProcess).Assembly.Location;
        string[] self = Path.GetFileNameWithoutExtension(program) == Path.GetFileNameWithoutExtension(library) ? [] : [library];
        var start = new ProcessStartInfo(program, [.. self, Command]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in s_collector)
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start)!;
        _error = _process.StandardError.ReadToEndAsync();
    }

    /// <exception cref="CliException">The process ended before the world did.</exception>
    public async Task<SimulationReport> Run(SimulationOptions world, CancellationToken cancel)
    {
        try
        {
            await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(world, s_json).AsMemory(), cancel);
            await _process.StandardInput.FlushAsync(cancel);
        }
        catch (IOException)
        {
            // It has ended: there is no answer, and the reason is said below.
        }

        if (await _process.StandardOutput.ReadLineAsync(cancel) is { } answer)
        {
            return JsonSerializer.Deserialize<SimulationReport>(answer, s_json)!;
        }

        await _process.WaitForExitAsync(cancel);
        throw new CliException(new("WorldFailed", $"The world with seed {world.Seed} ended with exit code {_process.ExitCode}: {(await _error).Trim()}", ExitCode.Failed));
    }

    /// <summary>What the process does until its input ends.</summary>
    public static void Answer(TextReader input, TextWriter output)
    {
        while (input.ReadLine() is { } world)
        {
            output.WriteLine(JsonSerializer.Serialize(FogSimulation.Run(JsonSerializer.Deserialize<SimulationOptions>(world, s_json)!, TimeProvider.System), s_json));
            output.Flush();
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
