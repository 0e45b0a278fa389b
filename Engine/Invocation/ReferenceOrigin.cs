using System.ComponentModel;
using Orleans.Runtime;

namespace Fog.Engine.Invocation;

/// <summary>What references of all interfaces to one grain or observer share: its identity and the way there.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class ReferenceOrigin
{
    private protected ReferenceOrigin(PendingCalls pending, string key)
    {
        Pending = pending;
        Key = key;
    }

    internal PendingCalls Pending { get; }

    internal string Key { get; }

    internal abstract GrainId GrainId { get; }

    internal abstract void Send(GrainCall call);
}
