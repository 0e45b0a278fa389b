using Fog.Wasm.Format.Sections;

namespace Fog.Wasm.Format;

/// <summary>Writes a module in the binary format.</summary>
public static class ModuleWriter
{
    /// <summary>
    /// The bytes of <paramref name="module"/>, empty sections left out, custom sections at the end. What is written
    /// is what the model says, valid or not.
    /// </summary>
    public static byte[] Write(Module module)
    {
        var writer = new ByteWriter();
        writer.Fixed(ModuleReader.Magic, 4);
        writer.Fixed(ModuleReader.Version, 4);
        Section(writer, SectionId.Type, module.Types, TypeSection.Write);
        Section(writer, SectionId.Import, module.Imports, ImportSection.Write);
        Section(writer, SectionId.Function, module.Functions, CodeSection.WriteTypeIndex);
        Section(writer, SectionId.Table, module.Tables, TableSection.Write);
        Section(writer, SectionId.Memory, module.Memories, MemorySection.Write);
        Section(writer, SectionId.Global, module.Globals, GlobalSection.Write);
        Section(writer, SectionId.Export, module.Exports, ExportSection.Write);
        if (module.Start is { } start) Section(writer, SectionId.Start, w => w.Index(start));
        Section(writer, SectionId.Element, module.Elements, ElementSection.Write);
        if (module.Data.Length > 0) Section(writer, SectionId.DataCount, w => w.Index(module.Data.Length));
        Section(writer, SectionId.Code, module.Functions, CodeSection.WriteBody);
        Section(writer, SectionId.Data, module.Data, DataSection.Write);
        foreach (var custom in module.CustomSections) Section(writer, custom);
        return writer.ToArray();
    }

    /// <summary>A module's own bytes with a custom section after them.</summary>
    public static byte[] Append(byte[] module, CustomSection section)
    {
        var writer = new ByteWriter();
        writer.Bytes(module);
        Section(writer, section);
        return writer.ToArray();
    }

    private static void Section(ByteWriter writer, CustomSection custom) => Section(writer, SectionId.Custom, w =>
    {
        w.Name(custom.Name);
        w.Bytes(custom.Bytes);
    });

    private static void Section<T>(ByteWriter writer, SectionId id, IReadOnlyCollection<T> entries, Action<ByteWriter, T> write)
    {
        if (entries.Count == 0) return;
        Section(writer, id, w =>
        {
            w.Index(entries.Count);
            foreach (var entry in entries) write(w, entry);
        });
    }

    private static void Section(ByteWriter writer, SectionId id, Action<ByteWriter> content)
    {
        writer.Byte((int)id);
        writer.Sized(content);
    }
}
