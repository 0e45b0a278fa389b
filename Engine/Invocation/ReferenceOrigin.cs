using Orleans.Runtime;

namespace Fog.Engine.Invocation;

/// <summary>What references of all interfaces to one grain or observer share: its identity and the way there.</summary>
public abstract class ReferenceOrigin
{
    internal abstract GrainId GrainId { get; }

    internal abstract string Key { get; }
}
