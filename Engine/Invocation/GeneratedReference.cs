using System.ComponentModel;
using Orleans.Runtime;

namespace Fog.Engine.Invocation;

/// <summary>Base of the classes the generator writes, one per grain or observer interface.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class GeneratedReference : GrainReference
{
    protected GeneratedReference(ReferenceOrigin origin) : base(origin)
    {
    }

    protected Task Send(Call call)
    {
        var response = call.Response;
        Origin.Pending.Register(call);
        call.SentTo(Origin);
        Origin.Send(call);
        return response;
    }

    protected Task<TResult> Send<TResult>(Call<TResult> call)
    {
        var response = call.Response;
        Origin.Pending.Register(call);
        call.SentTo(Origin);
        Origin.Send(call);
        return response;
    }

    protected void Send(OneWayCall call)
    {
        call.SentTo(Origin);
        Origin.Send(call);
    }

    /// <summary>What travels for an argument of a grain or observer interface: a reference, never the grain itself.</summary>
    /// <exception cref="ArgumentException">An observer object instead of a reference to it.</exception>
    protected static T? ReferenceTo<T>(T? argument)
        where T : class, IAddressable
        => argument switch
        {
            null or GrainReference => argument,
            Grain grain => grain.AsReference<T>(),
            _ => throw new ArgumentException($"{argument.GetType()} is an object, not a reference. Pass what IGrainFactory.CreateObjectReference<{typeof(T).Name}> returned."),
        };
}
