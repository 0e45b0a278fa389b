namespace Fog.Wasm.Format.Sections;

/// <summary><c>name, kind, index</c> an entry (5.5.10).</summary>
internal static class ExportSection
{
    public static Export Read(ByteReader reader)
    {
        var name = reader.Name();
        var kind = reader.Byte();
        if (kind > 3) throw kind == 4 ? InstructionCodec.Unsupported(reader, "exceptions") : reader.Error(ModuleError.MalformedExternalKind, $"export kind {kind}");
        return new(name, (ExternalKind)kind, reader.Index());
    }

    public static void Write(ByteWriter writer, Export export)
    {
        writer.Name(export.Name);
        writer.Byte((int)export.Kind);
        writer.Index(export.Index);
    }
}
