using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Fog.Wasm.Format;
using Fog.Wasm.Portable;

namespace Fog.Wasm.Runtime.Compilation;

/// <summary>
/// What compiled code calls. The first arguments are instance, function and module offset, for the trap; the fuel is in the
/// meter while one of these runs.
/// </summary>
internal static class GuestOperations
{
    private const int GrowFuel = 256;

    internal static double Canonical(double value) => !double.IsNaN(value) ? value : BitConverter.Int64BitsToDouble(0x7FF8000000000000);

    internal static float Canonical(float value) => !float.IsNaN(value) ? value : BitConverter.Int32BitsToSingle(0x7FC00000);

    // A JIT that folds constants may quieten a signalling NaN.
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static double NaN(long bits) => BitConverter.Int64BitsToDouble(bits);

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static float NaN(int bits) => BitConverter.Int32BitsToSingle(bits);

    // By addition: .NET 10's JIT makes rol of what it takes for a rotation, and then takes rol for an instruction that sets
    // the zero flag, so that a rotation compared with zero goes wrong.
    internal static int RotateLeft(int value, int count)
    {
        count &= 31;
        return (value << count) + (int)(((uint)value >> 1) >> (31 - count));
    }

    internal static int RotateRight(int value, int count) => RotateLeft(value, -count);

    internal static long RotateLeft(long value, int count)
    {
        count &= 63;
        return (value << count) + (long)(((ulong)value >> 1) >> (63 - count));
    }

    internal static long RotateRight(long value, int count) => RotateLeft(value, -count);

    internal static ref byte Base(GuestMemory memory) => ref MemoryMarshal.GetArrayDataReference(memory.Bytes);

    internal static ref long Kept(Meter meter) => ref MemoryMarshal.GetArrayDataReference(meter.Kept);

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static long Raise(Meter meter, long fuel, int code, int function, int offset) => meter.Raise(fuel, (TrapCode)code, function, offset);

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static long RaiseConversion(Meter meter, long fuel, double value, int function, int offset) =>
        meter.Raise(fuel, double.IsNaN(value) ? TrapCode.InvalidConversionToInteger : TrapCode.IntegerOverflow, function, offset);

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static long Refill(Meter meter, long fuel, int cost, int function, int offset) => meter.Refill(fuel, cost, function, offset);

    internal static void CallImport(ModuleInstance instance, int function, int offset, int import, int depth)
    {
        var callee = instance.Function(import);
        if (callee is HostFunction host) host.Invoke(instance, function, offset);
        else callee.Invoke(instance, depth);
    }

    /// <summary>What a call through a table calls, or null after a trap.</summary>
    internal static GuestFunction? Callee(ModuleInstance instance, int function, int offset, int table, int type, int index)
    {
        var items = instance.Tables[table].Items;
        if ((uint)index >= (uint)items.Length) return Trap(TrapCode.UndefinedElement);
        if (items[index] is not GuestFunction callee) return Trap(TrapCode.UninitializedElement);
        var expected = instance.Types[type];
        return ReferenceEquals(callee.Type, expected) || callee.Type.Equals(expected) ? callee : Trap(TrapCode.IndirectCallTypeMismatch);

        GuestFunction? Trap(TrapCode code)
        {
            GuestOperations.Trap(instance, code, function, offset);
            return null;
        }
    }

    internal static int MemoryGrow(ModuleInstance instance, int function, int offset, int pages)
    {
        if (Take(instance, GrowFuel, function, offset)) return instance.Memory.Grow(pages);
        return 0;
    }

    internal static void MemoryFill(ModuleInstance instance, int function, int offset, int address, int value, int count)
    {
        var memory = instance.Memory;
        if (Outside(address, count, memory.Size)) Trap(instance, TrapCode.OutOfBoundsMemoryAccess, function, offset);
        else if (Take(instance, FuelOf(count), function, offset)) memory.Span.Slice(address, count).Fill((byte)value);
    }

    internal static void MemoryCopy(ModuleInstance instance, int function, int offset, int to, int from, int count)
    {
        var memory = instance.Memory;
        if (Outside(to, count, memory.Size) || Outside(from, count, memory.Size)) Trap(instance, TrapCode.OutOfBoundsMemoryAccess, function, offset);
        else if (Take(instance, FuelOf(count), function, offset)) memory.Span.Slice(from, count).CopyTo(memory.Span[to..]);
    }

    internal static void MemoryInit(ModuleInstance instance, int function, int offset, int segment, int to, int from, int count)
    {
        var data = instance.Data(segment);
        if (Outside(to, count, instance.Memory.Size) || Outside(from, count, data.Length)) Trap(instance, TrapCode.OutOfBoundsMemoryAccess, function, offset);
        else if (Take(instance, FuelOf(count), function, offset)) data.Slice(from, count).CopyTo(instance.Memory.Span[to..]);
    }

    internal static void DataDrop(ModuleInstance instance, int function, int offset, int segment) => instance.DropData(segment);

    internal static void ElementDrop(ModuleInstance instance, int function, int offset, int segment) => instance.DropElements(segment);

    internal static object? TableGet(ModuleInstance instance, int function, int offset, int table, int index)
    {
        var items = instance.Tables[table].Items;
        if ((uint)index < (uint)items.Length) return items[index];
        Trap(instance, TrapCode.OutOfBoundsTableAccess, function, offset);
        return null;
    }

    internal static void TableSet(ModuleInstance instance, int function, int offset, int table, int index, object? value)
    {
        var items = instance.Tables[table].Items;
        if ((uint)index < (uint)items.Length) items[index] = value;
        else Trap(instance, TrapCode.OutOfBoundsTableAccess, function, offset);
    }

    internal static int TableGrow(ModuleInstance instance, int function, int offset, int table, object? value, int delta)
    {
        var grown = instance.Tables[table];
        var old = grown.Size;
        var elements = instance.Tables.Sum(t => t.Size);
        if ((uint)delta > System.Math.Min(grown.DeclaredMax ?? uint.MaxValue, PortableLimits.TableElementsMax) - (long)old || (uint)delta > PortableLimits.TableElementsMax - elements) return -1;
        if (Take(instance, delta, function, offset)) grown.Grow(delta, value);
        return old;
    }

    internal static void TableFill(ModuleInstance instance, int function, int offset, int table, int start, object? value, int count)
    {
        var items = instance.Tables[table].Items;
        if (Outside(start, count, items.Length)) Trap(instance, TrapCode.OutOfBoundsTableAccess, function, offset);
        else if (Take(instance, count, function, offset)) Array.Fill(items, value, start, count);
    }

    internal static void TableCopy(ModuleInstance instance, int function, int offset, int toTable, int fromTable, int to, int from, int count)
    {
        var (target, source) = (instance.Tables[toTable].Items, instance.Tables[fromTable].Items);
        if (Outside(to, count, target.Length) || Outside(from, count, source.Length)) Trap(instance, TrapCode.OutOfBoundsTableAccess, function, offset);
        else if (Take(instance, count, function, offset)) Array.Copy(source, from, target, to, count);
    }

    internal static void TableInit(ModuleInstance instance, int function, int offset, int table, int segment, int to, int from, int count)
    {
        var target = instance.Tables[table].Items;
        var elements = instance.Elements(segment);
        if (Outside(to, count, target.Length) || Outside(from, count, elements.Length)) Trap(instance, TrapCode.OutOfBoundsTableAccess, function, offset);
        else if (Take(instance, count, function, offset)) Array.Copy(elements, from, target, to, count);
    }

    internal static bool Outside(int start, int count, long size) => (uint)count > size || (uint)start > size - (uint)count;

    private static long FuelOf(int bytes) => ((long)(uint)bytes + 7) / 8;

    private static bool Take(ModuleInstance instance, long fuel, int function, int offset)
    {
        if (instance.Meter.Take(fuel)) return true;
        Trap(instance, TrapCode.FuelExhausted, function, offset);
        return false;
    }

    private static void Trap(ModuleInstance instance, TrapCode code, int function, int offset) =>
        instance.Meter.Raise(instance.Meter.Fuel, code, function, offset);
}
