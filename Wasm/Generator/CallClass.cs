using System.Collections.Immutable;

namespace Fog.Wasm.Generator;

/// <summary>The functions of one class.</summary>
internal sealed record CallClass(string Namespace, string Name, EquatableArray<CompiledCall> Calls)
{
    public string FileName => (Namespace.Length == 0 ? "" : Namespace + ".") + Name + ".g.cs";

    public static IEnumerable<CallClass> Group(ImmutableArray<CompiledCall> calls) => calls
        .Where(c => c.Call is not null)
        .GroupBy(c => (c.Call!.Namespace, c.Call.Class))
        .Select(g => new CallClass(g.Key.Namespace, g.Key.Class, new([.. g])));
}
