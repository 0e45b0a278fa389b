using Fog.Engine.Runtime;

namespace Fog.Engine.Invocation;

/// <summary>Carries a caller's cancellation into the turns of the grain it called.</summary>
internal sealed class CallCancellation(GrainCall call, CancellationToken caller)
{
    private readonly CancellationTokenSource _method = new();
    private CancellationTokenRegistration _registration;
    private CallTarget? _target;

    internal CancellationToken Caller => caller;

    internal CancellationToken Token => _method.Token;

    internal void ListenToCaller()
        => _registration = caller.UnsafeRegister(static self => ((CallCancellation)self!).OnCallerCancelled(), this);

    internal void StopListening() => _registration.Unregister();

    /// <returns>False when the caller cancelled before the method began.</returns>
    internal bool TryStart(CallTarget target)
    {
        // Either this sees the cancellation, or the caller's thread sees the target.
        Interlocked.Exchange(ref _target, target);
        return !caller.IsCancellationRequested;
    }

    internal void CancelMethod()
        => Volatile.Read(ref _target)?.Post(static self => ((CallCancellation)self!)._method.Cancel(), this);

    private void OnCallerCancelled()
    {
        if (Volatile.Read(ref _target) is null)
        {
            call.Cancel(caller);
        }
        else
        {
            CancelMethod();
        }
    }
}
