using System.IO.Pipelines;
using System.Net.Sockets;

namespace Fog.DeviceProxy.Mqtt.Transport;

internal enum Fill
{
    /// <summary>Nothing to send now.</summary>
    Nothing,

    /// <summary>Something was written; there may be more.</summary>
    Some,

    /// <summary>Whatever was written is the last.</summary>
    End,
}

/// <summary>What a pump takes its bytes from.</summary>
internal interface IOutputSource
{
    /// <summary>Writes a portion of what is due. Never called twice at a time.</summary>
    Fill Fill(PipeWriter output);

    /// <summary>The transport takes no more bytes.</summary>
    void OutputFailed(Exception? cause);
}

/// <summary>
/// The writing side of a connection. It runs only while there is something to send, on whichever thread had
/// it to send, and stands still, without a thread, while the peer does not read: then what is due waits in
/// the source, which bounds it.
/// </summary>
internal sealed class OutputPump(PipeWriter output, IOutputSource source)
{
    private const int Idle = 0, Running = 1, RunningAndWoken = 2;
    private readonly TaskCompletionSource completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int state;

    /// <summary>The last byte has been given to the transport, or none will be any more.</summary>
    public Task Completed => completed.Task;

    /// <summary>There is something to send. A wake-up while the pump runs makes it look once more.</summary>
    public void Wake()
    {
        if (Interlocked.Exchange(ref state, RunningAndWoken) == Idle)
            _ = RunAsync();
    }

    private async Task RunAsync()
    {
        try
        {
            do
            {
                Volatile.Write(ref state, Running);
                while (await SendPortionAsync())
                {
                }

                if (completed.Task.IsCompleted)
                    return; // never idle again: nothing is to be sent after the end
            }
            while (Interlocked.CompareExchange(ref state, Idle, Running) != Running);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            source.OutputFailed(e);
            output.Complete(e);
            completed.TrySetResult();
        }
    }

    private async ValueTask<bool> SendPortionAsync()
    {
        var fill = source.Fill(output);
        if (fill == Fill.Nothing)
            return false;

        var flushed = await output.FlushAsync();
        if (fill == Fill.End)
        {
            await output.CompleteAsync();
            completed.TrySetResult();
            return false;
        }

        if (flushed.IsCompleted)
        {
            source.OutputFailed(null);
            await output.CompleteAsync();
            completed.TrySetResult();
            return false;
        }

        return true;
    }
}
