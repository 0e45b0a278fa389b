using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using Fog.Simulation;

namespace Fog.Client.Sdk.Cli.Worlds;

/// <summary>One world of a run in a process of its own, with a garbage collector of its own: whoever collects stops nobody else.</summary>
internal static class WorldProcess
{
    /// <summary>What such a process is told to do. Its argument is the options as JSON, its answer the report.</summary>
    public const string Command = "sim-world";

    private static readonly JsonSerializerOptions s_json = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <exception cref="CliException">The process did not come to its end.</exception>
    public static async Task<SimulationReport> Run(SimulationOptions world, CancellationToken cancel)
    {
        // Run as a program of its own it is that program, else the one that dotnet was given.
        string program = Environment.ProcessPath!;
        string library = typeof(WorldProcess).Assembly.Location;
        string[] self = Path.GetFileNameWithoutExtension(program) == Path.GetFileNameWithoutExtension(library) ? [] : [library];
        var start = new ProcessStartInfo(program, [.. self, Command, JsonSerializer.Serialize(world, s_json)]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        try
        {
            var error = process.StandardError.ReadToEndAsync(cancel);
            string answer = await process.StandardOutput.ReadToEndAsync(cancel);
            await process.WaitForExitAsync(cancel);
            return process.ExitCode == ExitCode.Success
                ? JsonSerializer.Deserialize<SimulationReport>(answer, s_json)!
                : throw new CliException(new("WorldFailed", $"The world with seed {world.Seed} ended with exit code {process.ExitCode}: {(await error).Trim()}", ExitCode.Failed));
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    /// <summary>Of <paramref name="options"/>, which <see cref="Run(SimulationOptions, CancellationToken)"/> gave to this process.</summary>
    public static string Answer(string options) =>
        JsonSerializer.Serialize(FogSimulation.Run(JsonSerializer.Deserialize<SimulationOptions>(options, s_json)!, TimeProvider.System), s_json);
}
