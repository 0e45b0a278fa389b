using System.Collections.Immutable;
using Fog.Grains.Interfaces.Ids;
using Fog.Wasm.Runtime;
using Fog.Wasm.Runtime.Compilation;

namespace Fog.Silo.Host.Functions;

/// <summary>A function ready to run.</summary>
/// <param name="Code">Null when it is not for the compiler: the portable executor runs it.</param>
internal sealed record PreparedFunction(FunctionArtifact Artifact, CompiledModule? Code);

/// <summary>Compiled functions by the digest of their image; safe for several threads.</summary>
internal sealed class ModuleCache
{
    private readonly Lock gate = new();
    private readonly Dictionary<Digest, LinkedListNode<(Digest Key, PreparedFunction Function)>> nodes = [];
    private readonly LinkedList<(Digest Key, PreparedFunction Function)> recent = [];

    /// <summary>Null when it is not here.</summary>
    public PreparedFunction? Find(Digest image)
    {
        lock (gate)
        {
            if (!nodes.TryGetValue(image, out var found)) return null;
            recent.Remove(found);
            recent.AddFirst(found);
            return found.Value.Function;
        }
    }

    /// <exception cref="Wasm.Format.ModuleException">It is no function.</exception>
    public PreparedFunction Add(Digest image, ImmutableArray<byte> wasm)
    {
        var artifact = FunctionArtifact.Load(wasm.AsMemory());
        var function = new PreparedFunction(artifact, CompiledModule.Unsuitable(artifact.Module) is null ? CompiledModule.Compile(artifact.Module) : null);
        lock (gate)
        {
            // Two at once may both have compiled it; one of them is kept.
            if (nodes.ContainsKey(image)) return function;
            nodes.Add(image, recent.AddFirst((image, function)));
            if (recent.Count <= ExecutorLimits.CachedModulesMax) return function;
            nodes.Remove(recent.Last!.Value.Key);
            recent.RemoveLast();
        }

        return function;
    }
}
