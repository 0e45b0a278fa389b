using System.Diagnostics;

namespace Fog.Silo.Host.Tests.EndToEnd;

/// <summary>Debian's mosquitto.</summary>
internal sealed class Mosquitto : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private readonly Process _process;
    private readonly TaskCompletionSource _running = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Mosquitto(string[] arguments)
    {
        _process = new Process { StartInfo = new ProcessStartInfo("mosquitto", arguments) { RedirectStandardError = true } };
        _process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is null)
            {
                _running.TrySetException(new InvalidOperationException("mosquitto ended before it listened."));
            }
            else if (line.Data.EndsWith(" running", StringComparison.Ordinal))
            {
                _running.TrySetResult();
            }
        };
    }

    /// <summary>On return, it listens.</summary>
    public static async Task<Mosquitto> Start(params string[] arguments)
    {
        var mosquitto = new Mosquitto(arguments);
        mosquitto._process.Start();
        mosquitto._process.BeginErrorReadLine(); // To its end: unread, its log would fill the pipe, and the broker would stand still.
        await mosquitto._running.Task.WaitAsync(s_patience);
        return mosquitto;
    }

    /// <summary>SIGKILL.</summary>
    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(s_patience);
        _process.Dispose();
    }
}
