using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Fog.Grains.Interfaces.Events;

namespace Fog.Client;

/// <summary>Follows a site's journal: its observer only rings, and the entries are read.</summary>
internal sealed class JournalWatch(IClusterClient grains, IJournalGrain journal, TimeProvider clock) : IJournalObserver
{
    /// <summary>After this silence it watches anew: an activation that went away has forgotten it.</summary>
    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(5);

    private readonly Channel<bool> _rings = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    public void Grew() => _rings.Writer.TryWrite(true);

    public async IAsyncEnumerable<FogEvent> Read(long after, [EnumeratorCancellation] CancellationToken cancel)
    {
        var reference = grains.CreateObjectReference<IJournalObserver>(this);
        try
        {
            var ring = _rings.Reader.ReadAsync(cancel).AsTask();
            bool isWatching = false;
            while (true)
            {
                if (!isWatching)
                {
                    isWatching = await OrleansConnection.Ask(() => Watch(reference, cancel), cancel);
                }

                foreach (var entry in await OrleansConnection.Ask(() => journal.Read(after).WaitAsync(cancel), cancel))
                {
                    after = entry.Number;
                    yield return Views.Of(entry);
                }

                isWatching = await Rang(ring, cancel);
                if (isWatching)
                {
                    ring = _rings.Reader.ReadAsync(cancel).AsTask();
                }
            }
        }
        finally
        {
            // Best effort: a journal takes few watchers, and forgets them with its activation.
            await journal.Unwatch(reference).WaitAsync(TimeSpan.FromSeconds(1), clock, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            grains.DeleteObjectReference<IJournalObserver>(reference);
            GC.KeepAlive(this); // Observers are held weakly.
        }
    }

    private async Task<bool> Rang(Task ring, CancellationToken cancel)
    {
        try
        {
            await ring.WaitAsync(s_silence, clock, cancel);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private async Task<bool> Watch(IJournalObserver reference, CancellationToken cancel)
    {
        await journal.Watch(reference).WaitAsync(cancel);
        return true;
    }
}
