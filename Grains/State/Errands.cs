using Microsoft.Extensions.Logging;

namespace Fog.Grains.State;

/// <summary>Calls to other grains that may fail and are then made again: what is still to be said stands in the caller's state, not here.</summary>
internal sealed class Errands(TimeProvider clock, TimeSpan retryAfter, ILogger logger)
{
    /// <summary>Until when to wait before the next round, after one that failed.</summary>
    public DateTimeOffset RetryAt { get; private set; }

    /// <summary>Makes one call. Whatever the other grain's trouble is, it is the other grain's: it is noted, and the call due again later.</summary>
    public async Task Try(Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (Exception e)
        {
            RetryAt = clock.GetUtcNow() + retryAfter;
            logger.LogWarning(e, "A call to another grain failed; it is made again in {RetryAfter}.", retryAfter);
        }
    }
}
