using System.Buffers.Binary;
using System.Collections.Immutable;
using Fog.Wasm.Format;
using Fog.Wasm.Portable;

namespace Fog.Wasm.Runtime.Compilation;

/// <summary>An instance of a compiled module: the first argument of its code.</summary>
/// <remarks>Not for several threads.</remarks>
public sealed class ModuleInstance : IGuest
{
    private readonly GuestFunction?[] functions;
    private readonly object?[]?[] elements;
    private readonly bool[] dataDropped;

    internal readonly Meter Meter;
    internal readonly GuestMemory Memory = null!;
    internal readonly GuestTable[] Tables;
    internal readonly GuestGlobal[] Globals;

    /// <summary>Types by index; those of the same structure are the same object.</summary>
    internal readonly FunctionType[] Types;

    /// <summary>An instance with its imports and zeroed memory; <see cref="Start"/> comes next.</summary>
    /// <param name="meter">The same for all instances that call each other.</param>
    /// <param name="memoryBytesMax">Of a memory of its own, rounded down to pages.</param>
    /// <param name="imports">
    /// What there is for an import, or null: a <see cref="GuestFunction"/>, <see cref="GuestMemory"/>, <see cref="GuestTable"/> or <see cref="GuestGlobal"/>.
    /// </param>
    /// <exception cref="LinkException">An import is not there, or of another type.</exception>
    /// <exception cref="ModuleException">The module wants more memory than it may have.</exception>
    public ModuleInstance(CompiledModule module, Meter meter, int memoryBytesMax, Func<Import, object?>? imports = null)
    {
        (Module, Meter, Types) = (module, meter, module.Types);
        var source = module.Source;
        functions = new GuestFunction?[module.Context.Functions];
        var (linkedFunctions, tables, globals) = (0, new List<GuestTable>(), new List<GuestGlobal>());
        foreach (var import in source.Imports)
        {
            switch (Linking.Link(import, source, imports?.Invoke(import)))
            {
                case GuestFunction function:
                    functions[linkedFunctions++] = function;
                    break;
                case GuestMemory memory:
                    Memory = memory;
                    break;
                case GuestTable table:
                    tables.Add(table);
                    break;
                case GuestGlobal global:
                    globals.Add(global);
                    break;
            }
        }

        foreach (var memory in source.Memories)
        {
            var pagesMax = System.Math.Min(System.Math.Min(memory.Limits.Max ?? uint.MaxValue, PortableLimits.MemoryPagesMax), (uint)(memoryBytesMax / GuestMemory.PageBytes));
            if (memory.Limits.Min > pagesMax) throw new ModuleException(ModuleError.MemoryOverLimit, 0, $"{memory.Limits.Min} pages, at most {pagesMax}");
            Memory = new((int)memory.Limits.Min, (int)pagesMax, memory.Limits.Max);
        }

        tables.AddRange(source.Tables.Select(t => new GuestTable(t)));
        Tables = [.. tables];
        Globals = new GuestGlobal[module.Context.Globals];
        globals.CopyTo(Globals);
        for (var i = 0; i < source.Globals.Length; i++)
        {
            var (type, init) = (source.Globals[i].Type, source.Globals[i].Init);
            Globals[globals.Count + i] = type.Type.IsReference() ? new(type) { Target = Reference(init) } : new(type) { Bits = Bits(init) };
        }

        elements = [.. source.Elements.Select(Items)];
        dataDropped = new bool[source.Data.Length];
    }

    public CompiledModule Module { get; }

    int IGuest.MemoryBytes => (int)(Memory?.Size ?? 0);

    /// <summary>Copies the active segments in and runs the start function; false after a trap.</summary>
    /// <param name="callDepthMax">Calls that may be open at once.</param>
    public bool Start(int callDepthMax)
    {
        Meter.Reset();
        var source = Module.Source;
        for (var i = 0; i < source.Elements.Length; i++)
        {
            var segment = source.Elements[i];
            if (segment.Mode == SegmentMode.Active)
            {
                var (target, items, to) = (Tables[segment.Table].Items, Elements(i), (int)Bits(segment.OffsetExpression));
                if (GuestOperations.Outside(to, items.Length, target.Length)) return Fail(TrapCode.OutOfBoundsTableAccess);
                items.CopyTo(target, to);
            }

            if (segment.Mode != SegmentMode.Passive) DropElements(i);
        }

        for (var i = 0; i < source.Data.Length; i++)
        {
            if (source.Data[i].Mode != SegmentMode.Active) continue;
            var data = source.Data[i].Bytes.AsSpan();
            var to = (int)Bits(source.Data[i].OffsetExpression);
            if (GuestOperations.Outside(to, data.Length, Memory.Size)) return Fail(TrapCode.OutOfBoundsMemoryAccess);
            data.CopyTo(Memory.Span[to..]);
            DropData(i);
        }

        return source.Start is not { } start || Call(Function(start), [], callDepthMax);
    }

    /// <summary>Calls a function; its results are in the meter, or false after a trap.</summary>
    /// <param name="arguments">Bits of numbers (ulong), and references.</param>
    /// <param name="callDepthMax">Calls that may be open at once.</param>
    public bool Call(GuestFunction function, ReadOnlySpan<object?> arguments, int callDepthMax)
    {
        Meter.Reset();
        for (var i = 0; i < arguments.Length; i++)
        {
            if (function.Type.Parameters[i].IsReference()) Meter.References[i] = arguments[i];
            else Meter.Slots[i] = (long)(ulong)arguments[i]!;
        }

        function.Invoke(this, callDepthMax - 1);
        return Meter.Fuel >= 0;
    }

    /// <summary>What is exported under a name, or null: as an import of another module takes it.</summary>
    public object? Export(string name)
    {
        foreach (var export in Module.Source.Exports)
        {
            if (export.Name != name) continue;
            return export.Kind switch
            {
                ExternalKind.Function => Function(export.Index),
                ExternalKind.Table => Tables[export.Index],
                ExternalKind.Memory => Memory,
                _ => Globals[export.Index],
            };
        }

        return null;
    }

    int IGuest.Argument(int place) => (int)Meter.Slots[place];

    void IGuest.Return(long value) => Meter.Slots[0] = value;

    void IGuest.ReturnF64(double value) => Meter.Slots[0] = BitConverter.DoubleToInt64Bits(value);

    int IGuest.LoadU16(int address) => BinaryPrimitives.ReadUInt16LittleEndian(Memory.Span[address..]);

    bool IGuest.TakeFuel(long fuel) => Meter.Take(fuel);

    void IGuest.EndSlice()
    {
        // Compiled code has no snapshots to take there.
    }

    internal GuestFunction Function(int index) => functions[index] ??= new CompiledFunction(this, Module.FunctionTypeOf(index), index);

    internal ReadOnlySpan<byte> Data(int segment) => dataDropped[segment] ? [] : Module.Source.Data[segment].Bytes.AsSpan();

    internal void DropData(int segment) => dataDropped[segment] = true;

    internal object?[] Elements(int segment) => elements[segment] ?? [];

    internal void DropElements(int segment) => elements[segment] = null;

    private bool Fail(TrapCode code)
    {
        Meter.Raise(Meter.Fuel, code, 0, 0);
        return false;
    }

    private object?[] Items(ElementSegment segment) => segment.Expressions.IsDefault
        ? [.. segment.Items.Select(Function)]
        : [.. segment.Expressions.Select(Reference)];

    private object? Reference(ImmutableArray<Instruction> expression) => expression[0].Opcode switch
    {
        Opcode.RefFunc => Function(expression[0].Index),
        Opcode.GlobalGet => Globals[expression[0].Index].Target,
        _ => null,
    };

    private ulong Bits(ImmutableArray<Instruction> expression) =>
        expression[0].Opcode == Opcode.GlobalGet ? Globals[expression[0].Index].Bits : expression[0].Immediate;
}
