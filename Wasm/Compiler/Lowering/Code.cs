using System.Collections.Immutable;
using Fog.Wasm.Compiler.Binding;
using Fog.Wasm.Format;
using Microsoft.CodeAnalysis;

namespace Fog.Wasm.Compiler.Lowering;

/// <summary>A wasm local before it has a number.</summary>
internal sealed class Slot(WasmType type)
{
    public WasmType Type { get; } = type;
}

/// <summary>The end of a block or the start of a loop; known by how many of them surround it.</summary>
internal sealed class Label(int depth)
{
    public int Depth { get; } = depth;
}

/// <summary>A function of module <c>fog</c>, by its place in <see cref="FogImports.All"/>.</summary>
internal sealed record ImportedFunction(int Import);

/// <summary>Functions that every module writes for itself when it needs them.</summary>
internal enum RuntimeFunction
{
    /// <summary>(i32 bytes) -> i32 address</summary>
    Allocate,

    /// <summary>(i32 count, i32 bytes of an element) -> i32 address, zeroed</summary>
    NewArray,

    /// <summary>The same; its elements are or hold references, and so null.</summary>
    NewArrayOfNull,
}

/// <summary>
/// A global that carries the results of a function beyond the first: number <paramref name="Ordinal"/> of its type.
/// </summary>
/// <param name="OfMathematics">
/// It is of the functions of Wasm/Math, which have theirs for themselves: whoever runs something else in their place
/// need not leave there what nobody else reads.
/// </param>
internal sealed record ResultGlobal(WasmType Type, int Ordinal, bool OfMathematics);

/// <summary>Marks a null; a module without any needs no checks for it.</summary>
internal sealed class NullSource
{
    public static readonly NullSource Instance = new();
}

/// <summary>The first of the instructions that check for null, and the rest of them.</summary>
internal sealed record NullCheck(Slot? Pointer)
{
    public static readonly NullCheck Rest = new((Slot?)null);
}

/// <summary>An instruction whose operand may still be a symbol.</summary>
/// <param name="Operand">
/// A <see cref="Slot"/>, a <see cref="MethodInstance"/>, a <see cref="RuntimeFunction"/>, an <see cref="ImportedFunction"/>, a <see cref="ResultGlobal"/>,
/// a <see cref="StaticArray"/> (its address), a <see cref="NullSource"/> or a <see cref="NullCheck"/>; null when the
/// instruction is complete.
/// </param>
/// <param name="Place">Where in source a trap of this instruction happened.</param>
/// <param name="Failure">What it means there, unless the trap's own code tells.</param>
internal readonly record struct Code(Instruction Instruction, object? Operand = null, Location? Place = null, Failure? Failure = null);

/// <summary>A function as code.</summary>
/// <param name="Symbol">What calls name it by: a <see cref="MethodInstance"/> or a <see cref="RuntimeFunction"/>.</param>
/// <param name="Results">Result types; all but the first are left in globals.</param>
internal sealed record LoweredFunction(
    object Symbol, ImmutableArray<Slot> Parameters, ImmutableArray<WasmType> Results, ImmutableArray<Code> Body)
{
    /// <summary>The globals of the results after the first, in order.</summary>
    public static IEnumerable<ResultGlobal> ResultGlobals(ImmutableArray<WasmType> results, bool ofMathematics)
    {
        for (var i = 1; i < results.Length; i++) yield return new(results[i], results.Take(i).Skip(1).Count(t => t == results[i]), ofMathematics);
    }
}
