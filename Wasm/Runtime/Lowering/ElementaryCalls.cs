using System.Collections.Immutable;
using System.Security.Cryptography;
using Fog.Wasm.Format;

namespace Fog.Wasm.Runtime.Lowering;

/// <summary>
/// Which functions of a valid module are elementary ones: their code, and that of all they call, is what our compiler makes
/// of a function of Wasm/Math. A call of one runs that function itself. One that is not called but exported, in a table or
/// the start has its body as any other.
/// </summary>
/// <remarks>
/// The digest of a function is SHA-256 of its type, its locals and its instructions, where a called function counts as its
/// digest and a global as the how manieth it is. Only instructions count that have no effect beyond operands, locals and
/// mutable globals. Of a global nothing is left behind by who runs something else, so it must be one that no other code
/// of the module reads or writes, and nobody outside.
/// </remarks>
internal sealed class ElementaryCalls
{
    // How deep calls of Wasm/Math go.
    private const int DepthMax = 8;

    private readonly Module module;
    private readonly int importedFunctions;
    private readonly int importedGlobals;
    private readonly Dictionary<int, ElementaryFunction> elementary = [];
    private readonly HashSet<int> unneeded = [];
    private readonly Dictionary<int, Code> codes = [];

    public ElementaryCalls(Module module, int importedFunctions, int importedGlobals)
    {
        (this.module, this.importedFunctions, this.importedGlobals) = (module, importedFunctions, importedGlobals);
        if (!module.Types.Any(IsElementary)) return;
        codes = Digests();
        foreach (var (function, code) in codes)
        {
            if (ElementaryFunction.Of(code.Digest) is { } found) elementary.Add(function, found);
        }

        if (elementary.Count > 0) LeaveOutWhatSharesGlobals();
        if (elementary.Count > 0) FindUnneeded();
    }

    /// <summary>Digest of a function of the module's own; null when it is of another kind of code.</summary>
    public string? DigestOf(int function) => codes.GetValueOrDefault(function)?.Digest;

    /// <summary>What a call of the function runs; null when that is the function.</summary>
    public ElementaryFunction? Of(int function) => elementary.GetValueOrDefault(function);

    /// <summary>Whether a function's own code may be run: not when all its calls run something else.</summary>
    public bool IsNeeded(int function) => !unneeded.Contains(function);

    private static bool IsElementary(FunctionType type) =>
        type.Parameters.Length is 1 or 2 && type.Results is [WasmType.F64] && type.Parameters.All(p => p == WasmType.F64);

    // In rounds from the functions that call none upwards, so that nobody recurses over the guest's calls.
    private Dictionary<int, Code> Digests()
    {
        var codes = new Dictionary<int, Code>();
        var open = Enumerable.Range(0, module.Functions.Length).Where(i => module.Functions[i].Body.All(IsPlain)).ToList();
        for (var round = 0; round < DepthMax && open.Count > 0; round++)
        {
            var found = open.Where(i => Calls(module.Functions[i]).All(codes.ContainsKey)).Select(i => (Function: i + importedFunctions, Code: Digest(module.Functions[i], codes))).ToList();
            foreach (var (function, code) in found) codes.Add(function, code);
            open.RemoveAll(i => codes.ContainsKey(i + importedFunctions));
        }

        return codes;
    }

    private bool IsPlain(Instruction instruction) => instruction.Opcode switch
    {
        Opcode.Block or Opcode.Loop or Opcode.If => !instruction.BlockType.IsIndex,
        Opcode.Else or Opcode.End or Opcode.Br or Opcode.BrIf or Opcode.BrTable or Opcode.Return or Opcode.Nop or Opcode.Drop or Opcode.Select
            or Opcode.Unreachable or Opcode.LocalGet or Opcode.LocalSet or Opcode.LocalTee => true,
        Opcode.Call => instruction.Index >= importedFunctions,
        Opcode.GlobalGet or Opcode.GlobalSet => instruction.Index >= importedGlobals && module.Globals[instruction.Index - importedGlobals].Type.IsMutable,
        _ => OpcodeTable.Get(instruction.Opcode) is { Signature.Results.Length: 1, Immediates: Immediates.None or Immediates.I32 or Immediates.I64 or Immediates.F32 or Immediates.F64 },
    };

    private Code Digest(Function function, Dictionary<int, Code> codes)
    {
        var globals = new List<int>();
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        var type = module.Types[function.TypeIndex];
        Write(writer, type.Parameters);
        Write(writer, type.Results);
        Write(writer, function.Locals);
        foreach (var instruction in function.Body)
        {
            writer.Write((int)instruction.Opcode);
            if (instruction.Opcode == Opcode.Call)
            {
                var called = codes[instruction.Index];
                writer.Write(called.Digest);
                foreach (var global in called.Globals) WriteGlobal(global);
            }
            else if (instruction.Opcode is Opcode.GlobalGet or Opcode.GlobalSet)
            {
                WriteGlobal(instruction.Index);
            }
            else
            {
                writer.Write(instruction.Immediate);
                writer.Write(instruction.Second);
                if (instruction.Opcode != Opcode.BrTable) continue;
                writer.Write(instruction.List.Length);
                foreach (var label in instruction.List) writer.Write(label);
            }
        }

        writer.Flush();
        return new(Convert.ToHexString(SHA256.HashData(bytes.GetBuffer().AsSpan(0, (int)bytes.Length))), [.. globals]);

        void WriteGlobal(int global)
        {
            if (!globals.Contains(global)) globals.Add(global);
            writer.Write(globals.IndexOf(global));
            writer.Write((int)module.Globals[global - importedGlobals].Type.Type);
        }
    }

    private static void Write(BinaryWriter writer, ImmutableArray<WasmType> types)
    {
        writer.Write(types.Length);
        foreach (var type in types) writer.Write((int)type);
    }

    private void LeaveOutWhatSharesGlobals()
    {
        while (true)
        {
            var ours = Closure(elementary.Keys, _ => true);
            var others = module.Exports.Where(e => e.Kind == ExternalKind.Global).Select(e => e.Index)
                .Concat(Enumerable.Range(0, module.Functions.Length).Where(i => !ours.Contains(i + importedFunctions)).SelectMany(i => Globals(module.Functions[i]))).ToHashSet();
            var shared = elementary.Keys.Where(f => codes[f].Globals.Any(others.Contains)).ToList();
            foreach (var function in shared) elementary.Remove(function);
            if (shared.Count == 0) return;
        }
    }

    private void FindUnneeded()
    {
        unneeded.UnionWith(Closure(elementary.Keys, _ => true));
        var named = module.Exports.Where(e => e.Kind == ExternalKind.Function).Select(e => e.Index)
            .Concat(module.Elements.SelectMany(e => e.Expressions.IsDefault ? e.Items : e.Expressions.SelectMany(References)))
            .Concat(module.Globals.SelectMany(g => References(g.Init)))
            .Append(module.Start ?? -1);
        var others = Enumerable.Range(importedFunctions, module.Functions.Length).Where(i => !unneeded.Contains(i));
        unneeded.ExceptWith(Closure(named.Concat(others).Where(i => i >= importedFunctions), called => !elementary.ContainsKey(called)));
    }

    // The functions and those they call, as far as the calls are followed.
    private HashSet<int> Closure(IEnumerable<int> functions, Func<int, bool> isFollowed)
    {
        var found = functions.ToHashSet();
        var open = new Stack<int>(found);
        while (open.TryPop(out var function))
        {
            foreach (var called in Calls(module.Functions[function - importedFunctions]))
            {
                if (called >= importedFunctions && isFollowed(called) && found.Add(called)) open.Push(called);
            }
        }

        return found;
    }

    private static IEnumerable<int> Calls(Function function) => function.Body.Where(i => i.Opcode == Opcode.Call).Select(i => i.Index);

    private static IEnumerable<int> Globals(Function function) => function.Body.Where(i => i.Opcode is Opcode.GlobalGet or Opcode.GlobalSet).Select(i => i.Index);

    private static IEnumerable<int> References(ImmutableArray<Instruction> expression) => expression.Where(i => i.Opcode == Opcode.RefFunc).Select(i => i.Index);

    /// <param name="Globals">Those it and what it calls read or write, in order of first use.</param>
    private sealed record Code(string Digest, ImmutableArray<int> Globals);
}
