using System.Collections.Immutable;
using Fog.Wasm.Format;
using Fog.Wasm.Portable;
using Fog.Wasm.Runtime.Compilation;
using Fog.Wasm.Runtime.Lowering;

namespace Fog.Conformance;

/// <summary>An instance of a module of a script, linked to others: calls of its exports with wasm-typed values.</summary>
internal sealed class PortableInstance : ScriptInstance, IHost
{
    private const long SliceMax = 1 << 20;

    private readonly Module module;
    private readonly Store store;
    private readonly bool resumes;
    private readonly byte[] image;
    private readonly External[] imports;
    private readonly List<External.OfFunction> functions = [];
    private readonly List<External.OfTable> tables = [];
    private readonly List<External.OfMemory> memories = [];
    private readonly List<External.OfGlobal> globals = [];
    private Executor executor;

    /// <param name="module">A valid module.</param>
    /// <param name="store">The script's.</param>
    /// <param name="exporters">Instances by the names they are registered under.</param>
    /// <param name="resumes">Whether runs are stopped, saved and gone on with in another executor, again and again.</param>
    /// <exception cref="LinkException">An import is not there or of another type.</exception>
    public PortableInstance(Module module, Store store, IReadOnlyDictionary<string, ScriptInstance> exporters, bool resumes)
    {
        (this.module, this.store, this.resumes) = (module, store, resumes);
        imports = [.. module.Imports.Select(i => store.Resolve(i, module, exporters))];
        functions.AddRange(imports.OfType<External.OfFunction>());
        tables.AddRange(imports.OfType<External.OfTable>());
        memories.AddRange(imports.OfType<External.OfMemory>());
        globals.AddRange(imports.OfType<External.OfGlobal>());
        var link = new ImageLink(
            store.Functions, [.. functions.Select(f => f.Number)], [.. globals.Select(g => g.Type.Type is WasmType.I64 or WasmType.F64 ? (ulong)g.Get() : (uint)g.Get())]);
        image = ImageWriter.Write(module, link: link);
        for (var i = 0; i < module.Functions.Length; i++)
        {
            var type = module.Types[module.Functions[i].TypeIndex];
            functions.Add(new(store.Add(type, this, i), type));
        }

        executor = Create(memories.FirstOrDefault()?.Memory, [.. tables.Select(t => t.Table)]);
        if (module.Memories.Length > 0) memories.Add(new(executor.Memory, module.Memories[0].Limits.Max));
        foreach (var table in module.Tables) tables.Add(new(executor.Tables[tables.Count], table.Element, table.Limits.Max));
        foreach (var global in module.Globals) globals.Add(Own(global.Type, globals.Count));
    }

    /// <summary>What it exports under a name.</summary>
    public External? Exported(string name) => module.Exports.FirstOrDefault(e => e.Name == name) switch
    {
        null => null,
        { Kind: ExternalKind.Function } export => functions[export.Index],
        { Kind: ExternalKind.Table } export => tables[export.Index],
        { Kind: ExternalKind.Memory } export => memories[export.Index],
        var export => globals[export.Index],
    };

    /// <summary>Runs segments and the start function; the message of a trap, or null.</summary>
    public override string? Start()
    {
        if (!executor.Instantiate()) return TrapMessage.Of(executor.Trap);
        var own = module.Start - (functions.Count - module.Functions.Length);
        return own is { } start ? Finish(start >= 0 ? Run(start) : CallOther(executor, functions[module.Start!.Value].Number)) : null;
    }

    public TrapCode Call(IGuest caller, int function, int type)
    {
        if (type >= 0 && !module.Types[type].Equals(store.Function(function).Type)) return TrapCode.IndirectCallTypeMismatch;
        ShareGlobals();
        var trap = CallOther((Executor)caller, function);
        TakeGlobals();
        return trap;
    }

    public override string? Call(string export, IReadOnlyList<ScriptValue> arguments, out IReadOnlyList<ScriptValue> results)
    {
        var (number, type) = (External.OfFunction)Exported(export)!;
        var next = new int[4];
        foreach (var argument in arguments) Set(argument, next);
        var (_, owner, function) = store.Function(number);
        results = [];
        if (Finish(owner == this ? Run(function) : CallOther(executor, number)) is { } trap) return trap;
        var places = new int[4];
        results = [.. type.Results.Select(t => Get(t, places))];
        return null;
    }

    public override ScriptValue Get(string export)
    {
        var global = (External.OfGlobal)Exported(export)!;
        return Value(global.Type.Type, global.Get());
    }

    private static string? Finish(TrapCode trap) => trap == TrapCode.None ? null : TrapMessage.Of(trap);

    // Arguments stand in the executor's registers, where the results will be.
    private TrapCode Run(int function)
    {
        TakeGlobals();
        executor.Begin(function);
        var slice = resumes ? 1 : PortableEngine.FuelMax;
        RunStatus status;
        while ((status = executor.Run(slice)) == RunStatus.Stopped)
        {
            if (!resumes || executor.IsWithinHostCall) continue;
            Resume(function);
            slice = Math.Min(2 * slice, SliceMax);
        }

        ShareGlobals();
        return status == RunStatus.Trapped ? executor.Trap : TrapCode.None;
    }

    // A function of another instance, or of this one that another calls, with arguments and results in the caller's registers.
    private TrapCode CallOther(Executor caller, int number)
    {
        var (type, owner, function) = store.Function(number);
        if (owner is null) return TrapCode.None;
        if (store.OpenCalls == Store.CallsMax) return TrapCode.CallStackExhausted;
        store.OpenCalls++;
        Copy(type.Parameters, caller, owner.executor);
        var trap = owner.Run(function);
        if (trap == TrapCode.None) Copy(type.Results, owner.executor, caller);
        store.OpenCalls--;
        return trap;
    }

    private static void Copy(ImmutableArray<WasmType> types, Executor from, Executor to)
    {
        var next = new int[4];
        foreach (var type in types)
        {
            switch (type)
            {
                case WasmType.I64:
                    to.SetI64(next[1], from.GetI64(next[1]++));
                    break;
                case WasmType.F32:
                    to.SetF32(next[2], from.GetF32(next[2]++));
                    break;
                case WasmType.F64:
                    to.SetF64(next[3], from.GetF64(next[3]++));
                    break;
                default:
                    to.SetI32(next[0], from.GetI32(next[0]++));
                    break;
            }
        }
    }

    // What another executor, made of the same image, goes on from: memory and tables that others share stay the same objects.
    private void Resume(int function)
    {
        var counter = new SnapshotWriter(null);
        executor.WriteState(counter, PortableEngine.FuelMax);
        var state = new byte[counter.Position];
        executor.WriteState(new SnapshotWriter(state), PortableEngine.FuelMax);
        executor.Memory.Clear();
        foreach (var table in executor.Tables) Array.Fill(table.Elements, -1);
        executor = Create(executor.Memory, executor.Tables);
        executor.ReadState(new ImageReader(state), function);
    }

    private Executor Create(LinearMemory? memory, Table[] imported) =>
        new(new DeviceImage((byte[])image.Clone()), PortableEngine.FuelMax, PortableEngine.MemoryMax, PortableLimits.CallDepthMax, this, memory, imported);

    private External.OfGlobal Own(GlobalType type, int index) => new(type, () => executor.GetGlobal(index), bits => executor.SetGlobal(index, bits));

    // Variables of others: only one instance runs at a time, so they change hands when the run does.
    private void TakeGlobals()
    {
        for (var i = 0; i < ImportedGlobals; i++)
        {
            if (globals[i].Type.IsMutable) executor.SetGlobal(i, globals[i].Get());
        }
    }

    private void ShareGlobals()
    {
        for (var i = 0; i < ImportedGlobals; i++)
        {
            if (globals[i].Type.IsMutable) globals[i].Set(executor.GetGlobal(i));
        }
    }

    private int ImportedGlobals => globals.Count - module.Globals.Length;

    private void Set(ScriptValue value, int[] next)
    {
        switch (value.Type)
        {
            case WasmType.I64:
                executor.SetI64(next[1]++, (long)value.Bits);
                break;
            case WasmType.F32:
                executor.SetF32(next[2]++, FloatOps.FromBits((int)value.Bits));
                break;
            case WasmType.F64:
                executor.SetF64(next[3]++, BitConverter.UInt64BitsToDouble(value.Bits));
                break;
            default:
                executor.SetI32(next[0]++, (int)value.Bits);
                break;
        }
    }

    private ScriptValue Get(WasmType type, int[] next) => Value(type, type switch
    {
        WasmType.I64 => executor.GetI64(next[1]++),
        WasmType.F32 => FloatOps.ToBits(executor.GetF32(next[2]++)),
        WasmType.F64 => BitConverter.DoubleToInt64Bits(executor.GetF64(next[3]++)),
        _ => executor.GetI32(next[0]++),
    });

    private static ScriptValue Value(WasmType type, long bits) => new(
        type,
        type switch
        {
            WasmType.I64 or WasmType.F64 => (ulong)bits,
            _ when type.IsReference() && bits == -1 => ScriptValue.Null,
            _ => (uint)bits,
        });
}
