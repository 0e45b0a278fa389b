using System.ComponentModel;
using System.Runtime.CompilerServices;
using Fog.Engine.Runtime;

namespace Fog.Engine.Invocation;

/// <summary>A call whose caller awaits its end.</summary>
/// <remarks>The response is an async method builder's task: one allocation, and while a turn answers it, continuations of
/// callers outside grains never run inside that turn (its synchronization context forbids inlining).</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class Call : GrainCall
{
    private AsyncTaskMethodBuilder _response = AsyncTaskMethodBuilder.Create();

    protected Call(GrainMethod method, CancellationToken cancellation = default) : base(method, cancellation)
        => _ = _response.Task; // Made here, before another thread can answer.

    internal Task Response => _response.Task;

    protected abstract ValueTask Invoke(object target);

    private protected sealed override void Invoke(CallTarget target, object instance)
    {
        ValueTask result;
        try
        {
            result = target.CallFilters is { } filters ? Invoke(instance, filters) : Invoke(instance);
        }
        catch (Exception e)
        {
            target.Failed(e);
            target.Finished(this);
            Fail(e);
            return;
        }

        if (result.IsCompletedSuccessfully)
        {
            target.Finished(this);
            Complete();
        }
        else
        {
            CompleteAfter(target, result);
        }
    }

    private protected sealed override void AnswerWith(Exception exception) => _response.SetException(exception);

    private ValueTask Invoke(object instance, IReadOnlyList<IIncomingGrainCallFilter> filters)
        => new(new FilteredCall(Method, Origin!.GrainId, instance, filters, () => Invoke(instance).AsTask()).Invoke());

    private void Complete()
    {
        if (TryAnswer())
        {
            _response.SetResult();
        }
    }

    private async void CompleteAfter(CallTarget target, ValueTask result)
    {
        try
        {
            await result;
        }
        catch (Exception e)
        {
            target.Failed(e);
            target.Finished(this);
            Fail(e);
            return;
        }

        target.Finished(this);
        Complete();
    }
}

/// <summary>A call whose caller awaits its result.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class Call<TResult> : GrainCall
{
    private AsyncTaskMethodBuilder<TResult> _response = AsyncTaskMethodBuilder<TResult>.Create();

    protected Call(GrainMethod method, CancellationToken cancellation = default) : base(method, cancellation)
        => _ = _response.Task; // Made here, before another thread can answer.

    internal Task<TResult> Response => _response.Task;

    protected abstract ValueTask<TResult> Invoke(object target);

    private protected sealed override void Invoke(CallTarget target, object instance)
    {
        ValueTask<TResult> result;
        try
        {
            result = target.CallFilters is { } filters ? Invoke(instance, filters) : Invoke(instance);
        }
        catch (Exception e)
        {
            target.Failed(e);
            target.Finished(this);
            Fail(e);
            return;
        }

        if (result.IsCompletedSuccessfully)
        {
            target.Finished(this);
            Complete(result.Result);
        }
        else
        {
            CompleteAfter(target, result);
        }
    }

    private protected sealed override void AnswerWith(Exception exception) => _response.SetException(exception);

    private async ValueTask<TResult> Invoke(object instance, IReadOnlyList<IIncomingGrainCallFilter> filters)
    {
        TResult result = default!; // What a filter that does not go on answers, as in Orleans.
        await new FilteredCall(Method, Origin!.GrainId, instance, filters, async () => result = await Invoke(instance)).Invoke();
        return result;
    }

    private void Complete(TResult result)
    {
        if (TryAnswer())
        {
            _response.SetResult(result);
        }
    }

    private async void CompleteAfter(CallTarget target, ValueTask<TResult> pending)
    {
        TResult result;
        try
        {
            result = await pending;
        }
        catch (Exception e)
        {
            target.Failed(e);
            target.Finished(this);
            Fail(e);
            return;
        }

        target.Finished(this);
        Complete(result);
    }
}

/// <summary>A call nobody waits for: a failure is logged where it happened.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class OneWayCall : GrainCall
{
    protected OneWayCall(GrainMethod method, CancellationToken cancellation = default) : base(method, cancellation)
    {
    }

    protected abstract ValueTask Invoke(object target);

    private protected sealed override async void Invoke(CallTarget target, object instance)
    {
        try
        {
            if (target.CallFilters is { } filters)
            {
                await new FilteredCall(Method, Origin!.GrainId, instance, filters, () => Invoke(instance).AsTask()).Invoke();
            }
            else
            {
                await Invoke(instance);
            }
        }
        catch (Exception e)
        {
            target.Failed(e);
            target.LogFailure(this, e);
        }

        target.Finished(this);
    }

    private protected sealed override void AnswerWith(Exception exception)
    {
        // Nobody listens; who rejected the call has logged it.
    }
}
