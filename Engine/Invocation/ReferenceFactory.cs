using System.Runtime.CompilerServices;
using Orleans.Runtime;

namespace Fog.Engine.Invocation;

/// <summary>Makes references of one interface. The generator registers each interface from a module initializer of its own assembly.</summary>
public static class ReferenceFactory<TInterface>
{
    private static Func<ReferenceOrigin, TInterface>? s_create;

    public static void Register(Func<ReferenceOrigin, TInterface> create) => s_create = create;

    internal static TInterface Create(ReferenceOrigin origin) => (s_create ?? Find())(origin);

    private static Func<ReferenceOrigin, TInterface> Find()
    {
        // The initializer runs when code of that assembly first runs, which may be after the first GetGrain.
        RuntimeHelpers.RunModuleConstructor(typeof(TInterface).Module.ModuleHandle);
        return s_create ?? throw new OrleansException(
            $"{typeof(TInterface)} has no generated reference class. It must be a grain or observer interface, in a project that imports Engine.props.");
    }
}
