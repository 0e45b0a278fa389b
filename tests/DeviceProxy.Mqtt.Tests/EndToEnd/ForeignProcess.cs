using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Fog.DeviceProxy.Mqtt.Tests.EndToEnd;

/// <summary>Somebody else's program, its output and its end.</summary>
internal sealed class ForeignProcess : IDisposable
{
    private readonly Process process;
    private readonly string program;

    public ForeignProcess(string program, params string[] arguments)
    {
        this.program = program;
        try
        {
            process = Process.Start(new ProcessStartInfo(program, arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                StandardOutputEncoding = Encoding.UTF8,
                Environment = { ["LC_ALL"] = "C.UTF-8" },
            })!;
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException($"{program} is not here: install Debian's mosquitto and mosquitto-clients.", e);
        }
    }

    /// <summary>Waits for a line of its log with this text; false if it ends without.</summary>
    public async Task<bool> SaysAsync(string text)
    {
        while (await Patience.Await(process.StandardError.ReadLineAsync(), $"'{text}' from {program}") is { } line)
        {
            if (!line.Contains(text, StringComparison.Ordinal))
                continue;
            _ = process.StandardError.ReadToEndAsync(); // so that it does not block on a full pipe
            return true;
        }

        return false;
    }

    /// <summary>Waits for the end, which must have this exit code, and returns all that was said.</summary>
    public async Task<string> OutputAsync(int? exitCode = 0)
    {
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await Patience.Await(process.WaitForExitAsync(), $"end of {program}");
        var all = await output + await errors;
        if (exitCode is not null)
            Assert.True(process.ExitCode == exitCode, $"{program} ended with {process.ExitCode}: {all}");
        return all;
    }

    public void Kill() => process.Kill();

    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill();
        process.Dispose();
    }
}
