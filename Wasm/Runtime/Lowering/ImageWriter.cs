using System.Buffers.Binary;
using System.Collections.Immutable;
using Fog.Wasm.Format;
using Fog.Wasm.Portable;
using Fog.Wasm.Runtime.Validation;

namespace Fog.Wasm.Runtime.Lowering;

/// <summary>Lowers a valid module to a device image; <see cref="DeviceImage"/> has the layout.</summary>
public static class ImageWriter
{
    private const int LengthPosition = 8;

    /// <param name="module">A valid module.</param>
    /// <param name="manifest">What a call of the image runs; null for an image that is only executed by function index.</param>
    /// <param name="link">What its imports are bound to; null when they are of module <c>fog</c>, or none.</param>
    /// <exception cref="ModuleException">The module is larger than an image can be, or it imports what there is not.</exception>
    public static byte[] Write(Module module, FunctionManifest? manifest = null, ImageLink? link = null)
    {
        var context = new ModuleContext(module);
        link ??= ImageLink.Fog(module);
        var layout = new ImageLayout(context, link);
        var code = new CodeBuffer();
        var functionCells = new List<int>();
        for (var i = 0; i < module.Functions.Length; i++)
        {
            functionCells.Add(code.Length);
            if (context.Elementary.IsNeeded(layout.ImportedFunctions + i)) FunctionLowering.Lower(context, layout, code, module.Functions[i]);
            else FunctionLowering.LowerNothing(code);

            // A branch of two bytes may move a hundred values.
            if (code.Length > PortableLimits.ImageBytesMax / sizeof(long)) throw new ModuleException(ModuleError.LimitExceeded, 0, $"more than {PortableLimits.ImageBytesMax} bytes of image");
        }

        var image = new ImageBuffer();
        image.U32(DeviceImage.Magic);
        image.U16(DeviceImage.Version);
        image.U16(link.FirstFunction);
        image.U32(0);
        Memory(image, context);
        image.U16(Exported(module, manifest?.Name));
        image.U16(Exported(module, FunctionManifest.AllocatorName));
        image.U16(module.Start is { } start && start >= layout.ImportedFunctions ? start - layout.ImportedFunctions : DeviceImage.None);
        image.U8(manifest?.Result.Tag ?? 0);
        image.U8(manifest?.Parameters.Length ?? 0);
        foreach (var parameter in manifest?.Parameters ?? []) image.U8(parameter.Type.Tag);
        image.U16(context.Globals);
        for (var i = 0; i < context.Globals; i++)
        {
            image.U8((int)RegisterKinds.Of(context.Global(i, 0).Type));
            image.U64(i < link.Globals.Length ? link.Globals[i] : layout.Bits(module.Globals[i - link.Globals.Length].Init));
        }

        image.U16(functionCells.Count);
        for (var i = 0; i < functionCells.Count; i++)
        {
            image.U32((uint)functionCells[i]);
            image.U16(layout.TypeId(module.Functions[i].TypeIndex));
        }

        image.U16(context.Tables);
        foreach (var table in context.AllTables)
        {
            image.U32(table.Limits.Min);
            image.U32(System.Math.Min(table.Limits.Max ?? uint.MaxValue, PortableLimits.TableElementsMax));
        }

        Elements(image, module, layout);
        Data(image, module, layout);
        image.Block(code.TrapMap);
        image.U32((uint)code.Length);
        foreach (var cell in code.Cells) image.U64((ulong)cell);
        image.Patch(LengthPosition, (uint)image.Length);
        return image.ToArray();
    }

    private static void Memory(ImageBuffer image, ModuleContext context)
    {
        var limits = context.Memories > 0 ? context.AllMemories.First().Limits : new Limits(0, 0);
        if (limits.Min > PortableLimits.MemoryPagesMax) throw new ModuleException(ModuleError.LimitExceeded, 0, $"{limits.Min} pages of memory, at most {PortableLimits.MemoryPagesMax}");
        image.U32(limits.Min);
        image.U32(System.Math.Min(limits.Max ?? uint.MaxValue, PortableLimits.MemoryPagesMax));
    }

    private static void Elements(ImageBuffer image, Module module, ImageLayout layout)
    {
        image.U16(module.Elements.Length);
        foreach (var segment in module.Elements)
        {
            // A declarative segment counts as dropped: nothing is left of it.
            int[] items = segment.Mode == SegmentMode.Declarative ? []
                : segment.Expressions.IsDefault ? [.. segment.Items.Select(i => i < 0 ? DeviceImage.None : layout.FunctionNumber(i))]
                : [.. segment.Expressions.Select(e => (int)(uint)layout.Bits(e))];
            image.U8(segment.Mode == SegmentMode.Active ? 0 : 1);
            image.U16(segment.Table);
            image.U32(segment.Mode == SegmentMode.Active ? (uint)layout.Bits(segment.OffsetExpression) : 0);
            image.U32((uint)items.Length);
            foreach (var item in items) image.U16(item);
        }
    }

    private static void Data(ImageBuffer image, Module module, ImageLayout layout)
    {
        image.U16(module.Data.Length);
        foreach (var segment in module.Data)
        {
            image.U8(segment.Mode == SegmentMode.Active ? 0 : 1);
            image.U32(segment.Mode == SegmentMode.Active ? (uint)layout.Bits(segment.OffsetExpression) : 0);
            image.Block(segment.Bytes);
        }
    }

    // Among the module's own functions.
    private static int Exported(Module module, string? name)
    {
        var export = name is null ? null : module.Exports.FirstOrDefault(e => e.Kind == ExternalKind.Function && e.Name == name);
        var own = (export?.Index ?? -1) - module.Imports.Count(i => i.Kind == ExternalKind.Function);
        return own >= 0 ? own : DeviceImage.None;
    }

    private sealed class ImageBuffer
    {
        private readonly List<byte> bytes = [];

        public int Length => bytes.Count;

        public void U8(int value) => bytes.Add((byte)value);

        public void U16(int value)
        {
            U8(value);
            U8(value >> 8);
        }

        public void U32(uint value)
        {
            U16((int)value);
            U16((int)(value >> 16));
        }

        public void U64(ulong value)
        {
            U32((uint)value);
            U32((uint)(value >> 32));
        }

        /// <summary>Bytes behind their count.</summary>
        public void Block(IReadOnlyCollection<byte> block)
        {
            U32((uint)block.Count);
            bytes.AddRange(block);
        }

        public void Patch(int position, uint value)
        {
            Span<byte> patch = stackalloc byte[4];
            BinaryPrimitives.WriteUInt32LittleEndian(patch, value);
            for (var i = 0; i < patch.Length; i++) bytes[position + i] = patch[i];
        }

        public byte[] ToArray() => [.. bytes];
    }
}
