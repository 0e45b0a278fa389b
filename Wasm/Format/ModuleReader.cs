using System.Collections.Immutable;
using Fog.Wasm.Format.Sections;

namespace Fog.Wasm.Format;

/// <summary>Reads a module from the binary format, within <see cref="ModuleLimits"/>.</summary>
public static class ModuleReader
{
    internal const uint Magic = 0x6D736100;
    internal const uint Version = 1;

    // Sections come in this order, each at most once; the data count stands before the code that needs it.
    private static readonly SectionId[] Order =
    [
        SectionId.Type, SectionId.Import, SectionId.Function, SectionId.Table, SectionId.Memory, SectionId.Global, SectionId.Export,
        SectionId.Start, SectionId.Element, SectionId.DataCount, SectionId.Code, SectionId.Data,
    ];

    /// <summary>The module; what it says is not validated.</summary>
    /// <exception cref="ModuleException">The bytes are malformed, over a limit, or use an unsupported feature.</exception>
    public static Module Read(byte[] bytes)
    {
        var reader = new ByteReader(bytes, 0, bytes.Length);
        if (bytes.Length > ModuleLimits.ModuleBytesMax) throw reader.Error(ModuleError.LimitExceeded, $"{bytes.Length} bytes, at most {ModuleLimits.ModuleBytesMax}");
        if (reader.Fixed(4) != Magic) throw reader.Error(ModuleError.BadMagic, "not a WebAssembly module");
        var version = reader.Fixed(4);
        if (version == 0x1000D) throw InstructionCodec.Unsupported(reader, "component model");
        if (version != Version) throw reader.Error(ModuleError.BadVersion, $"{version}");

        var module = new Module();
        ImmutableArray<int> typeIndices = [];
        int? dataCount = null;
        var next = 0;
        var customs = ImmutableArray.CreateBuilder<CustomSection>();
        while (!reader.AtEnd)
        {
            var id = (SectionId)reader.Byte();
            var size = reader.U32();
            if (size > (uint)(reader.End - reader.Position)) throw reader.Error(ModuleError.UnexpectedEnd, $"section {id} of {size} bytes, {reader.End - reader.Position} left");
            var section = reader.Window((int)size);
            if (id == SectionId.Custom)
            {
                if (customs.Count == ModuleLimits.SectionEntriesMax) throw section.Error(ModuleError.LimitExceeded, "custom sections");
                var name = section.Name();
                customs.Add(new(name, [.. section.Bytes(section.End - section.Position)]));
                continue;
            }

            var place = Array.IndexOf(Order, id);
            if (place < 0) throw id == SectionId.Tag ? InstructionCodec.Unsupported(section, "exceptions") : section.Error(ModuleError.UnknownSection, $"id {(int)id}");
            if (place < next) throw section.Error(ModuleError.SectionOrder, $"{id}");
            next = place + 1;

            switch (id)
            {
                case SectionId.Type:
                    module = module with { Types = Entries(section, "types", TypeSection.Read) };
                    break;
                case SectionId.Import:
                    module = module with { Imports = Entries(section, "imports", ImportSection.Read) };
                    break;
                case SectionId.Function:
                    typeIndices = Entries(section, "functions", r => r.Index());
                    break;
                case SectionId.Table:
                    module = module with { Tables = Entries(section, "tables", TableSection.Read) };
                    break;
                case SectionId.Memory:
                    module = module with { Memories = Entries(section, "memories", MemorySection.Read) };
                    break;
                case SectionId.Global:
                    module = module with { Globals = Entries(section, "globals", GlobalSection.Read) };
                    break;
                case SectionId.Export:
                    module = module with { Exports = Entries(section, "exports", ExportSection.Read) };
                    break;
                case SectionId.Start:
                    module = module with { Start = section.Index() };
                    break;
                case SectionId.Element:
                    module = module with { Elements = Entries(section, "element segments", ElementSection.Read) };
                    break;
                case SectionId.DataCount:
                    dataCount = section.Index();
                    break;
                case SectionId.Code:
                    module = module with { Functions = CodeSection.Read(section, typeIndices, dataCount is not null) };
                    break;
                case SectionId.Data:
                    module = module with { Data = Entries(section, "data segments", DataSection.Read) };
                    break;
            }

            if (!section.AtEnd) throw section.Error(ModuleError.SectionSize, $"{section.End - section.Position} bytes left in section {id}");
        }

        if (typeIndices.Length != module.Functions.Length) throw reader.Error(ModuleError.FunctionCountMismatch, $"{typeIndices.Length} declared, {module.Functions.Length} bodies");
        if (dataCount is { } count && count != module.Data.Length) throw reader.Error(ModuleError.DataCountMismatch, $"{count} announced, {module.Data.Length} present");
        return module with { CustomSections = customs.ToImmutable() };
    }

    private static ImmutableArray<T> Entries<T>(ByteReader section, string what, Func<ByteReader, T> read)
    {
        var entries = ImmutableArray.CreateBuilder<T>(section.Count(what));
        for (var i = entries.Capacity; i > 0; i--) entries.Add(read(section));
        return entries.MoveToImmutable();
    }
}
