using Fog.Engine.Invocation;

namespace Fog.Engine.Runtime;

/// <summary>The way to a grain: remembers its activation while that lasts.</summary>
internal sealed class GrainOrigin(GrainClass grainClass, string key) : ReferenceOrigin(grainClass.Engine.Pending, key)
{
    private Activation? _activation;

    internal override GrainId GrainId => new(grainClass.GrainType, IdSpan.Create(Key));

    internal override void Send(GrainCall call)
    {
        if (_activation is { HasEnded: false } activation)
        {
            activation.Enqueue(call);
        }
        else
        {
            _activation = grainClass.Dispatch(Key, call);
        }
    }
}
