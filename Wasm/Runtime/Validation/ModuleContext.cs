using System.Collections.Immutable;
using Fog.Wasm.Format;
using Fog.Wasm.Runtime.Lowering;

namespace Fog.Wasm.Runtime.Validation;

/// <summary>The index spaces of a module: imports first, then its own definitions.</summary>
internal sealed class ModuleContext
{
    private readonly List<int> functionTypeIndices = [];
    private readonly List<TableType> tables = [];
    private readonly List<MemoryType> memories = [];
    private readonly List<GlobalType> globals = [];
    private readonly HashSet<int> declaredFunctions = [];
    private readonly HashSet<int> checkpoints = [];
    private ElementaryCalls? elementary;

    public ModuleContext(Module module)
    {
        Module = module;
        foreach (var import in module.Imports)
        {
            switch (import.Kind)
            {
                case ExternalKind.Function:
                    if (import is { Module: FogImports.ModuleName, Name: FogImports.Checkpoint }) checkpoints.Add(functionTypeIndices.Count);
                    functionTypeIndices.Add(import.TypeIndex);
                    break;
                case ExternalKind.Table:
                    tables.Add(import.Table);
                    break;
                case ExternalKind.Memory:
                    memories.Add(import.Memory);
                    break;
                default:
                    globals.Add(import.Global);
                    break;
            }
        }

        ImportedFunctions = functionTypeIndices.Count;
        ImportedGlobals = globals.Count;
        functionTypeIndices.AddRange(module.Functions.Select(f => f.TypeIndex));
        tables.AddRange(module.Tables);
        memories.AddRange(module.Memories);
        globals.AddRange(module.Globals.Select(g => g.Type));
        CollectDeclared();
    }

    public Module Module { get; }

    public int ImportedFunctions { get; }

    public int ImportedGlobals { get; }

    public int Functions => functionTypeIndices.Count;

    public int Tables => tables.Count;

    public int Memories => memories.Count;

    public int Globals => globals.Count;

    /// <summary>Limits of all memories and tables, imported ones included.</summary>
    public IEnumerable<TableType> AllTables => tables;

    public IEnumerable<MemoryType> AllMemories => memories;

    /// <summary>Whether a function is the import <c>fog.checkpoint</c>.</summary>
    public bool IsCheckpoint(int function) => checkpoints.Contains(function);

    /// <summary>Of a valid module.</summary>
    public ElementaryCalls Elementary => elementary ??= new(Module, ImportedFunctions, ImportedGlobals);

    public FunctionType Type(int index, int offset) =>
        (uint)index < (uint)Module.Types.Length ? Module.Types[index] : throw Unknown(ModuleError.UnknownType, index, offset);

    public FunctionType FunctionType(int index, int offset) =>
        (uint)index < (uint)functionTypeIndices.Count ? Type(functionTypeIndices[index], offset) : throw Unknown(ModuleError.UnknownFunction, index, offset);

    public TableType Table(long index, int offset) =>
        index < tables.Count ? tables[(int)index] : throw Unknown(ModuleError.UnknownTable, index, offset);

    public void Memory(int offset)
    {
        if (memories.Count == 0) throw Unknown(ModuleError.UnknownMemory, 0, offset);
    }

    public GlobalType Global(int index, int offset) =>
        (uint)index < (uint)globals.Count ? globals[index] : throw Unknown(ModuleError.UnknownGlobal, index, offset);

    public ElementSegment Element(int index, int offset) =>
        (uint)index < (uint)Module.Elements.Length ? Module.Elements[index] : throw Unknown(ModuleError.UnknownElementSegment, index, offset);

    public void Data(int index, int offset)
    {
        if ((uint)index >= (uint)Module.Data.Length) throw Unknown(ModuleError.UnknownDataSegment, index, offset);
    }

    /// <summary>Type of a function of a valid module.</summary>
    public int FunctionTypeIndex(int function) => functionTypeIndices[function];

    /// <summary>Whether ref.func in a body may name the function: it occurs outside of bodies.</summary>
    public bool IsDeclared(int function) => declaredFunctions.Contains(function);

    /// <summary>Parameters and results of a block.</summary>
    public FunctionType BlockType(BlockType type, int offset)
    {
        if (type.IsEmpty) return new([], []);
        if (!type.IsIndex) return new([], [type.Result]);
        return type.Code <= int.MaxValue ? Type((int)type.Code, offset) : throw Unknown(ModuleError.UnknownType, type.Code, offset);
    }

    private static ModuleException Unknown(ModuleError error, long index, int offset) => new(error, offset, $"index {index}");

    private void CollectDeclared()
    {
        foreach (var export in Module.Exports)
        {
            if (export.Kind == ExternalKind.Function) declaredFunctions.Add(export.Index);
        }

        foreach (var item in Module.Elements.SelectMany(e => e.Items)) declaredFunctions.Add(item);
        foreach (var instruction in Module.Globals.SelectMany(g => g.Init))
        {
            if (instruction.Opcode == Opcode.RefFunc) declaredFunctions.Add(instruction.Index);
        }
    }
}
