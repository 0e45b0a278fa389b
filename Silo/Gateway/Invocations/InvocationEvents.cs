using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;
using Fog.Grains.Interfaces.Invocations;
using Orleans;

namespace Fog.Silo.Gateway.Invocations;

/// <summary>One watcher of one invocation: grain observer → bounded channel → server-sent events, the last one with the outcome.</summary>
internal sealed class InvocationEvents(IGrainFactory grains, IInvocationGrain invocation, TimeProvider clock, CancellationToken siloStops) : IInvocationObserver
{
    public const string EventType = "status";

    private readonly Channel<InvocationStatus> _changes = Channel.CreateBounded<InvocationStatus>(
        new BoundedChannelOptions(GatewayLimits.EventsWaitingMax) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    public void Changed(InvocationStatus status) => _changes.Writer.TryWrite(status);

    public async IAsyncEnumerable<SseItem<string>> Read([EnumeratorCancellation] CancellationToken callerLeft)
    {
        // A stopping silo ends its streams: their readers find it again, or another one.
        using var either = CancellationTokenSource.CreateLinkedTokenSource(callerLeft, siloStops);
        var cancel = either.Token;
        var reference = grains.CreateObjectReference<IInvocationObserver>(this);
        try
        {
            await invocation.Watch(reference).WaitAsync(cancel);
            while (true)
            {
                var status = await Next(reference, cancel);
                bool over = status.Phase != InvocationPhase.Running;
                string? result = status.Phase == InvocationPhase.Completed ? await invocation.ResultJson().WaitAsync(cancel) : null;
                yield return new SseItem<string>(JsonSerializer.Serialize(InvocationReply.Of(status, result), GatewayJson.Options), EventType);
                if (over)
                {
                    yield break;
                }
            }
        }
        finally
        {
            // Best effort: an invocation takes few watchers, and forgets those it cannot reach.
            await invocation.Unwatch(reference).WaitAsync(TimeSpan.FromSeconds(1), clock, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            grains.DeleteObjectReference<IInvocationObserver>(reference);

            // The engine holds observers weakly; this object must live as long as it reads.
            GC.KeepAlive(this);
        }
    }

    /// <summary>The next change. After a silence it subscribes anew, which is answered with the present status: a heartbeat for the reader, too.</summary>
    private async Task<InvocationStatus> Next(IInvocationObserver reference, CancellationToken cancel)
    {
        while (true)
        {
            var read = _changes.Reader.ReadAsync(cancel).AsTask();
            try
            {
                return await read.WaitAsync(GatewayLimits.EventSilence, clock, cancel);
            }
            catch (TimeoutException)
            {
                await invocation.Watch(reference).WaitAsync(cancel);
                return await read.WaitAsync(cancel);
            }
        }
    }
}
