using System.Buffers.Binary;
using Fog.Wasm.Format;
using Fog.Wasm.Portable;

namespace Fog.Wasm.Runtime.Compilation;

/// <summary>
/// One call of a function on compiled code: fresh memory, arguments placed through fog_alloc, its result encoded; bit for
/// bit what <see cref="FunctionRun"/> makes of the same call, and for the same fuel.
/// </summary>
/// <remarks>Not for several threads. <see cref="Run"/> wants <see cref="CompiledModule.StackBytes"/> of stack.</remarks>
public sealed class CompiledRun
{
    private const byte ResultVersion = 1;

    private readonly CompiledModule module;
    private readonly FunctionManifest manifest;
    private readonly ArgumentReader arguments;
    private readonly long fuelMax;
    private readonly int callDepthMax;
    private readonly Meter meter;
    private readonly ModuleInstance instance;
    private readonly FogModule? fog;

    /// <param name="arguments">A canonical argument list.</param>
    /// <param name="fuelMax">Fuel of the whole call, allocations included.</param>
    /// <param name="memoryBytesMax">Linear memory, rounded down to pages.</param>
    /// <param name="callDepthMax">Calls that may be open at once.</param>
    /// <param name="slices">Null: the call runs in one go.</param>
    /// <param name="fog">What it may import; null for a function that imports nothing.</param>
    /// <exception cref="ArgumentEncodingException">The arguments are malformed or of other types.</exception>
    /// <exception cref="ModuleException">The module wants more memory than it may have, or imports what there is not.</exception>
    /// <exception cref="LinkException">It imports something, and there is nothing.</exception>
    public CompiledRun(
        CompiledModule module, FunctionManifest manifest, byte[] arguments, long fuelMax, int memoryBytesMax, int callDepthMax, ISliceSource? slices = null, FogModule? fog = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(fuelMax, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(memoryBytesMax);
        ArgumentOutOfRangeException.ThrowIfLessThan(callDepthMax, 1);
        (this.module, this.manifest, this.fuelMax, this.fog) = (module, manifest, fuelMax, fog);
        this.callDepthMax = System.Math.Min(callDepthMax, PortableLimits.CallDepthMax);
        this.arguments = new(arguments, [.. manifest.Parameters.Select(p => p.Type.Tag)]);
        meter = new(fuelMax, slices);
        instance = new(module, meter, memoryBytesMax, Imported);
    }

    /// <summary>The canonical result, a value or a trap; null until <see cref="Run"/> has returned true.</summary>
    public byte[]? Result { get; private set; }

    public long FuelUsed => fuelMax - meter.FuelLeft;

    /// <summary>The guest's memory; null when the module has none.</summary>
    internal GuestMemory? Memory => instance.Memory;

    /// <summary>Runs to the end; false when the slice source ended it.</summary>
    public bool Run()
    {
        if (Prepare() && Call()) Result = Encode();
        else if (!meter.IsStopped) Result ??= ResultWriter.Trap(meter.Trap, meter.TrapFunction, meter.TrapOffset);
        return Result is not null;
    }

    /// <summary>Everything before the call itself; false after a trap.</summary>
    internal bool Prepare()
    {
        if (!instance.Start(callDepthMax)) return false;
        var values = new object?[manifest.ExportType.Parameters.Length];
        var next = 0;
        for (var i = 0; i < manifest.Parameters.Length; i++)
        {
            var type = manifest.Parameters[i].Type;
            if (!type.IsReference)
            {
                values[next++] = (ulong)arguments.Scalar(i);
                continue;
            }

            var size = arguments.Count(i) * ValueTag.ElementBytes(type.Tag);
            if (!instance.Call(Export(FunctionManifest.AllocatorName), [(ulong)size], callDepthMax)) return false;
            var pointer = (int)meter.Slots[0];
            if (GuestOperations.Outside(pointer, size, instance.Memory.Size))
            {
                Result = ResultWriter.Trap(TrapCode.OutOfBoundsMemoryAccess, IndexOf(FunctionManifest.AllocatorName), 0);
                return false;
            }

            arguments.Bytes.AsSpan(arguments.Position(i), size).CopyTo(instance.Memory.Span[pointer..]);
            values[next++] = (ulong)(uint)pointer;
            values[next++] = (ulong)arguments.Count(i);
        }

        for (var i = 0; i < values.Length; i++) meter.Slots[i] = (long)(ulong)values[i]!;
        return true;
    }

    /// <summary>The call; false after a trap.</summary>
    internal bool Call() => instance.Call(Export(manifest.Name), [], callDepthMax);

    private HostFunction? Imported(Import import)
    {
        var index = FogImports.IndexOf(module.Source, import);
        return fog is null ? null : new(FogImports.All[index].Type, fog, FogModule.FirstNumber + index);
    }

    private GuestFunction Export(string name) => instance.Function(IndexOf(name));

    private int IndexOf(string name) => module.Source.Exports.First(e => e.Kind == ExternalKind.Function && e.Name == name).Index;

    private byte[] Encode()
    {
        var type = manifest.Result;
        var effects = fog?.Effects ?? ResultWriter.NoEffects;
        if (!type.IsReference) return ResultWriter.Scalar(type.Tag, meter.Slots[0], effects);
        var (pointer, count) = ((int)(meter.Slots[0] >> 32), (int)meter.Slots[0]);
        var size = ValueTag.ElementBytes(type.Tag);
        if (count < 0 || count > instance.Memory.Size / size || GuestOperations.Outside(pointer, count * size, instance.Memory.Size))
        {
            return ResultWriter.Trap(TrapCode.OutOfBoundsMemoryAccess, IndexOf(manifest.Name), 0);
        }

        // u8 version   u8 kind   u8 tag   u32 count   elements   effects
        const int HeaderBytes = 7;
        var result = new byte[HeaderBytes + (count * size) + effects.Length];
        (result[0], result[2]) = (ResultVersion, type.Tag);
        BinaryPrimitives.WriteInt32LittleEndian(result.AsSpan(3), count);
        var elements = result.AsSpan(HeaderBytes, count * size);
        instance.Memory.Span.Slice(pointer, count * size).CopyTo(elements);
        MakeCanonical(type.Tag & ~ValueTag.Array, elements);
        effects.CopyTo(result.AsSpan(HeaderBytes + elements.Length));
        return result;
    }

    private static void MakeCanonical(int element, Span<byte> elements)
    {
        switch (element)
        {
            case ValueTag.Bool:
                foreach (ref var truth in elements) truth = truth != 0 ? (byte)1 : (byte)0;
                break;
            case ValueTag.F32:
                for (; elements.Length > 0; elements = elements[sizeof(float)..])
                {
                    BinaryPrimitives.WriteInt32LittleEndian(elements, CanonicalValue.F32(BinaryPrimitives.ReadInt32LittleEndian(elements)));
                }

                break;
            case ValueTag.F64:
                for (; elements.Length > 0; elements = elements[sizeof(double)..])
                {
                    BinaryPrimitives.WriteInt64LittleEndian(elements, CanonicalValue.F64(BinaryPrimitives.ReadInt64LittleEndian(elements)));
                }

                break;
        }
    }
}
