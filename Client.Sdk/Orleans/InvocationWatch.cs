using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Fog.Grains.Interfaces.Invocations;
using CallPhase = Fog.Grains.Interfaces.Invocations.InvocationPhase;

namespace Fog.Client;

/// <summary>Status changes of one invocation: grain observer → bounded channel → reader.</summary>
internal sealed class InvocationWatch(IClusterClient grains, IInvocationGrain invocation, TimeProvider clock) : IInvocationObserver
{
    /// <summary>Changes that wait for a slow reader; the oldest goes first, since each one says all.</summary>
    private const int WaitingMax = 16;

    /// <summary>After this silence it watches anew: an activation that went away has forgotten it.</summary>
    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(5);

    private readonly Channel<InvocationStatus> _changes = Channel.CreateBounded<InvocationStatus>(
        new BoundedChannelOptions(WaitingMax) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    public void Changed(InvocationStatus status) => _changes.Writer.TryWrite(status);

    public async IAsyncEnumerable<InvocationInfo> Read([EnumeratorCancellation] CancellationToken cancel)
    {
        var reference = grains.CreateObjectReference<IInvocationObserver>(this);
        try
        {
            await Watch(reference, cancel);
            while (true)
            {
                var status = await Next(reference, cancel);
                yield return await OrleansConnection.Ask(() => OrleansConnection.Reply(invocation, status, cancel), cancel);
                if (status.Phase != CallPhase.Running)
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
            GC.KeepAlive(this); // Observers are held weakly.
        }
    }

    private async Task<InvocationStatus> Next(IInvocationObserver reference, CancellationToken cancel)
    {
        var read = _changes.Reader.ReadAsync(cancel).AsTask();
        while (true)
        {
            try
            {
                return await read.WaitAsync(s_silence, clock, cancel);
            }
            catch (TimeoutException)
            {
                await Watch(reference, cancel);
            }
        }
    }

    private Task<bool> Watch(IInvocationObserver reference, CancellationToken cancel) => OrleansConnection.Ask(
        async () =>
        {
            await invocation.Watch(reference).WaitAsync(cancel);
            return true;
        },
        cancel);
}
