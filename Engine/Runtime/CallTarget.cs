using Fog.Engine.Invocation;
using Microsoft.Extensions.Logging;

namespace Fog.Engine.Runtime;

/// <summary>A queue that executes calls on one object and decides which of them may interleave.</summary>
internal abstract class CallTarget : TurnQueue
{
    private GrainCall? _oldestWaiting;
    private GrainCall? _newestWaiting;
    private int _executing;

    // Of those, the calls that keep others waiting, and how many of these only read. An interleaving call keeps nobody waiting.
    private int _blocking;
    private int _blockingReadOnly;

    protected bool IsExecuting => _executing != 0;

    protected bool HasWaiting => _oldestWaiting is not null;

    /// <summary>Whether calls may start at all just now.</summary>
    protected abstract bool IsOpen { get; }

    protected virtual bool IsReentrant => false;

    /// <summary>What stands around its calls; null, which costs nothing, when nothing does.</summary>
    internal virtual IReadOnlyList<IIncomingGrainCallFilter>? CallFilters => null;

    internal void Receive(GrainCall call)
    {
        if (!TryStart(call, isNext: _oldestWaiting is null))
        {
            if (_newestWaiting is null)
            {
                _oldestWaiting = call;
            }
            else
            {
                _newestWaiting.Next = call;
            }

            _newestWaiting = call;
        }
    }

    /// <summary>A call's method has returned or failed. Comes before its caller learns of it.</summary>
    internal virtual void Finished(GrainCall call)
    {
        _executing--;
        Count(call.Method, -1);
    }

    /// <summary>A call's method has failed, in its turn, just before it has <see cref="Finished"/>.</summary>
    internal virtual void Failed(Exception exception)
    {
    }

    internal void LogFailure(GrainCall call, Exception exception)
        => Logger.LogWarning(exception, "{Method}, which nobody waits for, failed in {Target}.", call.Method, this);

    /// <summary>A call will not be executed, because it is answered already.</summary>
    protected virtual void Dropped(GrainCall call)
    {
    }

    protected override void AfterItem()
    {
        while (_oldestWaiting is { } call)
        {
            var next = (GrainCall?)call.Next;
            call.Next = null;
            if (!TryStart(call, isNext: true))
            {
                call.Next = next;
                break;
            }

            _oldestWaiting = next;
            if (next is null)
            {
                _newestWaiting = null;
            }
        }
    }

    /// <summary>Takes the object's part in a call: the method runs to its first await in this very turn.</summary>
    protected abstract void Start(GrainCall call);

    /// <summary>Removes every waiting call, oldest first.</summary>
    protected IEnumerable<GrainCall> TakeWaiting()
    {
        var call = _oldestWaiting;
        _oldestWaiting = _newestWaiting = null;
        while (call is not null)
        {
            var next = (GrainCall?)call.Next;
            call.Next = null;
            yield return call;
            call = next;
        }
    }

    private bool TryStart(GrainCall call, bool isNext)
    {
        if (call.IsAnswered)
        {
            Dropped(call); // Timed out or cancelled while it waited: nobody listens any more.
            return true;
        }

        if (!IsOpen)
        {
            return false;
        }

        var method = call.Method;
        var admitted = IsReentrant
            || method.IsAlwaysInterleave
            || (isNext && (_blocking == 0 || (method.IsReadOnly && _blockingReadOnly == _blocking)));
        if (!admitted)
        {
            return false;
        }

        _executing++;
        Count(method, 1);
        Start(call);
        return true;
    }

    private void Count(GrainMethod method, int change)
    {
        if (method.IsAlwaysInterleave)
        {
            return;
        }

        _blocking += change;
        if (method.IsReadOnly)
        {
            _blockingReadOnly += change;
        }
    }
}
