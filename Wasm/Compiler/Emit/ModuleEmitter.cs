using System.Buffers.Binary;
using System.Collections.Immutable;
using Fog.Wasm.Compiler.Binding;
using Fog.Wasm.Compiler.Lowering;
using Fog.Wasm.Format;

namespace Fog.Wasm.Compiler.Emit;

/// <summary>Puts the functions that one fog function needs into a module.</summary>
internal sealed class ModuleEmitter
{
    /// <summary>Address 0 stays unused, so that an address is never 0.</summary>
    private const int DataStart = 8;

    /// <summary>What other hosts of WebAssembly look for; ours need no export of the memory.</summary>
    private const string MemoryName = "memory";

    private readonly FunctionManifest manifest;
    private readonly List<LoweredFunction> functions = [];
    private readonly Dictionary<object, int> functionIndices = [];
    private readonly List<ImportedFunction> imports = [];
    private readonly List<FunctionType> types = [];
    private readonly List<Global> globals = [];
    private readonly Dictionary<object, int> globalIndices = [];
    private readonly Dictionary<object, int> dataAddresses = new(SymbolKeys.Instance);
    private readonly List<byte> data = [];
    private bool hasNull;

    private ModuleEmitter(FunctionManifest manifest) => this.manifest = manifest;

    /// <param name="root">The fog function itself.</param>
    /// <param name="find">A function by the symbol that calls name it by.</param>
    public static EmittedModule Emit(FunctionManifest manifest, LoweredFunction root, Func<MethodInstance, LoweredFunction> find)
    {
        var emitter = new ModuleEmitter(manifest);
        return emitter.Emit(root, find);
    }

    private EmittedModule Emit(LoweredFunction root, Func<MethodInstance, LoweredFunction> find)
    {
        var export = root.Results.Length > 1 ? Boundary.Wrap(root) : root;
        Add(export, find);
        var passesArrays = manifest.Parameters.Any(p => p.Type.IsReference) || manifest.Result.IsReference;
        if (passesArrays) Add(Allocator.Of(RuntimeFunction.Allocate), find);
        var usesMemory = passesArrays || functionIndices.ContainsKey(RuntimeFunction.Allocate) || data.Count > 0;

        var code = functions.Select(f => Peephole.Improve(NullChecks.Resolve(f.Body, hasNull))).ToList();
        var heapStart = (DataStart + data.Count + 7) & ~7;
        if (functionIndices.ContainsKey(RuntimeFunction.Allocate)) AddGlobal(Allocator.HeapGlobal, WasmType.I32, Instruction.I32Const(heapStart));
        var bodies = functions.Select((f, i) => Assemble(f, code[i])).ToImmutableArray();
        ImmutableArray<Import> imported = [.. imports.Select(i => FogImports.All[i.Import]).Select(i => new Import(FogImports.ModuleName, i.Name, ExternalKind.Function, TypeIndex(i.Type)))];
        var exports = ImmutableArray.CreateBuilder<Export>();
        exports.Add(new(manifest.Name, ExternalKind.Function, imports.Count));
        if (usesMemory && manifest.Name != MemoryName) exports.Add(new(MemoryName, ExternalKind.Memory, 0));
        if (passesArrays) exports.Add(new(FunctionManifest.AllocatorName, ExternalKind.Function, imports.Count + functionIndices[RuntimeFunction.Allocate]));
        var pages = (uint)((heapStart + 0xFFFF) >> 16);
        var module = new Module
        {
            Types = [.. types],
            Imports = imported,
            Functions = bodies,
            Memories = usesMemory ? [new(new(pages, (uint)manifest.MemoryBytesMax >> 16))] : [],
            Globals = [.. globals],
            Exports = exports.ToImmutable(),
            Data = data.Count > 0 ? [new(SegmentMode.Active, [.. data], [Instruction.I32Const(DataStart), Opcode.End])] : [],
            CustomSections = [manifest.ToSection()],
        };
        return new(module, [.. code], usesMemory ? (int)pages << 16 : 0);
    }

    // Depth first, in the order of calls; a function's index is its place in the list, behind the imports.
    private void Add(LoweredFunction function, Func<MethodInstance, LoweredFunction> find)
    {
        if (!functionIndices.TryAdd(function.Symbol, functions.Count)) return;
        functions.Add(function);
        foreach (var (instruction, operand, _, _) in function.Body)
        {
            if (operand is RuntimeFunction.NewArrayOfNull or NullSource) hasNull = true;
            if (operand is RuntimeFunction runtime) Add(Allocator.Of(runtime), find);
            else if (operand is MethodInstance called && !functionIndices.ContainsKey(called)) Add(find(called), find);
            else if (operand is StaticArray array) AddressOf(array);
            else if (operand is ImportedFunction import && !imports.Contains(import)) imports.Add(import);
        }
    }

    private int AddressOf(StaticArray array)
    {
        if (dataAddresses.TryGetValue(array.Key, out var known)) return known;
        var layout = array.Array.Layout;
        var values = new List<long>();
        foreach (var leaf in array.Leaves)
        {
            if (leaf is StaticArray text) values.AddRange([AddressOf(text), text.Length]);
            else values.Add(((Constant)leaf).Bits);
        }

        while (data.Count % 8 != 0) data.Add(0);
        var start = data.Count;
        var bytes = new byte[8];
        for (var i = 0; i < values.Count; i++)
        {
            var leaf = i % layout.Leaves.Length;
            var at = start + (i / layout.Leaves.Length * layout.Bytes) + layout.Offsets[leaf];
            while (data.Count < at) data.Add(0);
            BinaryPrimitives.WriteInt64LittleEndian(bytes, values[i]);
            data.AddRange(bytes.AsSpan(0, layout.Leaves[leaf].Bytes));
        }

        dataAddresses.Add(array.Key, DataStart + start);
        return DataStart + start;
    }

    private Function Assemble(LoweredFunction function, ImmutableArray<Code> code)
    {
        var numbers = new Dictionary<Slot, int>();
        foreach (var parameter in function.Parameters) numbers.Add(parameter, numbers.Count);
        var locals = InOrder(code).Where(s => !numbers.ContainsKey(s)).Distinct().OrderByDescending(s => (int)s.Type).ToList();
        foreach (var local in locals) numbers.Add(local, numbers.Count);
        var body = code.Select(c => c.Operand switch
        {
            null => c.Instruction,
            Slot slot => Instruction.WithIndex(c.Instruction.Opcode, numbers[slot]),
            StaticArray array => Instruction.I32Const(dataAddresses[array.Key]),
            ResultGlobal result => Instruction.WithIndex(c.Instruction.Opcode, GlobalIndex(result)),
            ImportedFunction import => Instruction.WithIndex(Opcode.Call, imports.IndexOf(import)),
            var symbol when c.Instruction.Opcode == Opcode.Call => Instruction.WithIndex(Opcode.Call, imports.Count + functionIndices[symbol]),
            var global => Instruction.WithIndex(c.Instruction.Opcode, globalIndices[global]),
        });
        var type = new FunctionType([.. function.Parameters.Select(p => p.Type)], [.. function.Results.Take(1)]);
        return new(TypeIndex(type), [.. locals.Select(l => l.Type)], [.. body]);
    }

    // Slots as they first occur; those set in a row, last first as they come from the stack, from first to last: the address
    // of an array before its length, as in parameters.
    private static List<Slot> InOrder(ImmutableArray<Code> code)
    {
        var ordered = new List<Slot>();
        var start = -1;
        foreach (var (instruction, operand) in code.Select(c => (c.Instruction.Opcode, c.Operand)))
        {
            if (operand is not Slot slot)
            {
                start = -1;
                continue;
            }

            var isSet = instruction is Opcode.LocalSet or Opcode.LocalTee;
            if (!isSet || start < 0) start = ordered.Count;
            ordered.Insert(start, slot);
            if (instruction != Opcode.LocalSet) start = -1;
        }

        return ordered;
    }

    private int TypeIndex(FunctionType type)
    {
        var index = types.IndexOf(type);
        if (index >= 0) return index;
        types.Add(type);
        return types.Count - 1;
    }

    private int GlobalIndex(ResultGlobal result) => globalIndices.TryGetValue(result, out var index) ? index : AddGlobal(result, result.Type, result.Type switch
    {
        WasmType.I64 => Instruction.I64Const(0),
        WasmType.F32 => Instruction.F32Const(0f),
        WasmType.F64 => Instruction.F64Const(0),
        _ => Instruction.I32Const(0),
    });

    private int AddGlobal(object key, WasmType type, Instruction initial)
    {
        globals.Add(new(new(type, IsMutable: true), [initial, Opcode.End]));
        globalIndices.Add(key, globals.Count - 1);
        return globals.Count - 1;
    }
}

/// <param name="Code">What the bodies were made from, instruction by instruction.</param>
/// <param name="MemoryBytes">Linear memory it starts with.</param>
internal sealed record EmittedModule(Module Module, ImmutableArray<ImmutableArray<Code>> Code, int MemoryBytes);
