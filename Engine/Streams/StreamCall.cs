using Fog.Engine.Invocation;
using Fog.Engine.Runtime;

namespace Fog.Engine.Streams;

/// <summary>What a stream has to say to a subscriber, as a call of it: it activates the grain and waits for its turn.</summary>
internal sealed class StreamCall(Guid subscription, Func<StreamObserver, Task> say) : GrainCall(s_method, CancellationToken.None)
{
    private static readonly GrainMethod s_method = new("", "stream", CallOptions.None, null);

    private readonly TaskCompletionSource<Exception?> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Why it failed; null when it did not.</summary>
    internal Task<Exception?> Outcome => _outcome.Task;

    /// <summary>The activation has not resumed the subscription, so there was nobody to tell.</summary>
    internal bool FoundNobody { get; private set; }

    private protected override async void Invoke(CallTarget target, object instance)
    {
        Exception? failure = null;
        try
        {
            if (((Activation)target).StreamObserver(subscription) is { } observer)
            {
                await say(observer);
            }
            else
            {
                FoundNobody = true;
            }
        }
        catch (Exception e)
        {
            failure = e; // The stream decides what comes of it.
        }

        target.Finished(this);
        if (TryAnswer())
        {
            _outcome.SetResult(failure);
        }
    }

    private protected override void AnswerWith(Exception exception) => _outcome.SetResult(exception);
}
