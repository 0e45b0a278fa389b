using System.Reflection.Emit;
using Fog.Wasm.Format;
using Fog.Wasm.Portable;
using Fog.Wasm.Runtime.Validation;

namespace Fog.Wasm.Runtime.Compilation;

/// <summary>
/// A module compiled to IL, a dynamic method a function; instances share it, and the code goes when the last of them does.
/// </summary>
/// <remarks>Safe to share among threads. A function is compiled to machine code when it is first called.</remarks>
public sealed class CompiledModule
{
    private readonly DynamicMethod?[] methods;
    private readonly ModuleEntry?[] entries;
    private readonly int frameBytesMax;

    private CompiledModule(Module source)
    {
        Source = source;
        Context = new(source);
        Types = CanonicalTypes(source);
        methods = new DynamicMethod?[Context.Functions];
        entries = new ModuleEntry?[Context.Functions];
        var canGrow = source.Imports.Length > 0 || source.Functions.Any(f => f.Body.Any(i => i.Opcode == Opcode.MemoryGrow));
        for (var i = 0; i < source.Functions.Length; i++)
        {
            methods[Context.ImportedFunctions + i] = FunctionEmitter.Method(Types[source.Functions[i].TypeIndex], Context.ImportedFunctions + i);
        }

        for (var i = 0; i < source.Functions.Length; i++)
        {
            if (!Context.Elementary.IsNeeded(Context.ImportedFunctions + i)) continue;
            var translated = FunctionTranslator.Translate(Context, source.Functions[i]);
            ExactNaNs.Mark(translated);
            frameBytesMax = System.Math.Max(frameBytesMax, CompilationLimits.FrameBytes(translated.Variables.Count, translated.Statements.Count));
            FunctionEmitter.Emit(this, translated, Context.ImportedFunctions + i, canGrow);
        }
    }

    public Module Source { get; }

    internal ModuleContext Context { get; }

    internal FunctionType[] Types { get; }

    /// <summary>Stack that a call takes at most, in bytes, with so many calls open at once.</summary>
    public int StackBytes(int callDepthMax) => CompilationLimits.StackBytesFixed + (System.Math.Min(callDepthMax, PortableLimits.CallDepthMax) * frameBytesMax);

    /// <summary>Why a valid module is not for this compiler (<see cref="CompilationLimits"/>), or null.</summary>
    public static string? Unsuitable(Module module)
    {
        int[] types = [.. module.Imports.Where(i => i.Kind == ExternalKind.Function).Select(i => i.TypeIndex), .. module.Functions.Select(f => f.TypeIndex)];
        for (var i = 0; i < module.Functions.Length; i++)
        {
            var function = module.Functions[i];
            if (function.Body.Length > CompilationLimits.FunctionInstructionsMax) return $"function {i} has {function.Body.Length} instructions, at most {CompilationLimits.FunctionInstructionsMax}";
            if (CompilationLimits.Moves(module, function, types) is > CompilationLimits.FunctionMovesMax and var moves) return $"function {i} moves {moves} values in branches and calls, at most {CompilationLimits.FunctionMovesMax}";
        }

        return null;
    }

    /// <param name="module">A valid module for which <see cref="Unsuitable"/> is null.</param>
    public static CompiledModule Compile(Module module) => new(module);

    internal FunctionType FunctionTypeOf(int function) => Types[Context.FunctionTypeIndex(function)];

    /// <summary>The method of a function, without a body when nothing calls it; null when it is imported.</summary>
    internal DynamicMethod? Method(int function) => methods[function];

    internal ModuleEntry Entry(int function) => entries[function] ??= FunctionEmitter.Entry(FunctionTypeOf(function), methods[function]!);

    private static FunctionType[] CanonicalTypes(Module module)
    {
        var first = new Dictionary<FunctionType, FunctionType>();
        var types = new FunctionType[module.Types.Length];
        for (var i = 0; i < types.Length; i++)
        {
            first.TryAdd(module.Types[i], module.Types[i]);
            types[i] = first[module.Types[i]];
        }

        return types;
    }
}
