using Fog.Engine.Runtime;

namespace Fog.Engine.Invocation;

/// <summary>One call on its way to a method of a grain or an observer. Used once.</summary>
public abstract class GrainCall : WorkItem
{
    private const int Open = 0;
    private const int Answered = 1;

    private readonly CallCancellation? _cancellation;
    private int _answer;

    private protected GrainCall(GrainMethod method, CancellationToken cancellation)
    {
        Method = method;
        if (cancellation.CanBeCanceled)
        {
            _cancellation = new CallCancellation(this, cancellation);
        }
    }

    internal GrainMethod Method { get; }

    /// <summary>Whom it was sent to; null for what an activation sends itself.</summary>
    internal ReferenceOrigin? Origin { get; private set; }

    /// <summary>When it times out, on <see cref="PendingCalls"/>' clock; <see cref="long.MaxValue"/> for never.</summary>
    internal long DeadlineTicks { get; set; } = long.MaxValue;

    /// <summary>Whether its caller has an answer, or never wants one any more.</summary>
    internal bool IsAnswered => Volatile.Read(ref _answer) != Open;

    /// <summary>The caller's cancellation, as the method may see it: it is cancelled in a turn of its grain.</summary>
    protected CancellationToken Cancellation => _cancellation?.Token ?? CancellationToken.None;

    internal sealed override void Run(TurnQueue queue) => ((CallTarget)queue).Receive(this);

    internal void SentTo(ReferenceOrigin origin)
    {
        Origin = origin;
        _cancellation?.ListenToCaller();
    }

    /// <summary>Runs the method on its object, in a turn of <paramref name="target"/>.</summary>
    internal void Start(CallTarget target, object instance)
    {
        if (_cancellation is not null && !_cancellation.TryStart(target))
        {
            target.Finished(this);
            Cancel(_cancellation.Caller);
            return;
        }

        Invoke(target, instance);
    }

    /// <summary>Answers with a failure, unless it is answered already.</summary>
    internal void Fail(Exception exception)
    {
        if (TryAnswer())
        {
            AnswerWith(exception);
        }
    }

    internal void TimeOut(TimeSpan timeout)
    {
        Fail(new TimeoutException($"{Method} of {Origin?.GrainId} did not respond within {timeout}."));
        _cancellation?.CancelMethod();
    }

    internal void Cancel(CancellationToken caller) => Fail(new OperationCanceledException(caller));

    private protected abstract void Invoke(CallTarget target, object instance);

    private protected abstract void AnswerWith(Exception exception);

    /// <returns>Whether the caller of this is the one to answer.</returns>
    private protected bool TryAnswer()
    {
        if (Interlocked.Exchange(ref _answer, Answered) != Open)
        {
            return false;
        }

        _cancellation?.StopListening();
        return true;
    }
}
