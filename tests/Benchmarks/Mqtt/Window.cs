namespace Fog.Benchmarks.Mqtt;

/// <summary>How much may be under way: what was sent and not yet counted as arrived. So a broker is never asked to queue without end.</summary>
internal sealed class Window(int size)
{
    private readonly SemaphoreSlim moved = new(0, 1);
    private long arrived;
    private long sent;

    public long Arrived => Interlocked.Read(ref arrived);

    /// <summary>Waits until so many more fit; false if nothing moves any more.</summary>
    public async ValueTask<bool> EnterAsync(int count)
    {
        while (sent + count - Arrived > size)
        {
            if (!await moved.WaitAsync(TimeSpan.FromSeconds(5)))
                return false;
        }

        sent += count;
        return true;
    }

    public void Leave(int count)
    {
        Interlocked.Add(ref arrived, count);
        if (moved.CurrentCount > 0)
            return;
        try
        {
            moved.Release();
        }
        catch (SemaphoreFullException)
        {
            // Somebody else has just said the same.
        }
    }
}
