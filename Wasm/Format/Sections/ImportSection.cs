namespace Fog.Wasm.Format.Sections;

/// <summary><c>module name, name, kind, type</c> an entry (5.5.5).</summary>
internal static class ImportSection
{
    public static Import Read(ByteReader reader)
    {
        var module = reader.Name();
        var name = reader.Name();
        var kind = reader.Byte();
        return (ExternalKind)kind switch
        {
            ExternalKind.Function => new(module, name, ExternalKind.Function, TypeIndex: reader.Index()),
            ExternalKind.Table => new(module, name, ExternalKind.Table, Table: TableSection.Read(reader)),
            ExternalKind.Memory => new(module, name, ExternalKind.Memory, Memory: MemorySection.Read(reader)),
            ExternalKind.Global => new(module, name, ExternalKind.Global, Global: GlobalSection.ReadType(reader)),
            (ExternalKind)4 => throw InstructionCodec.Unsupported(reader, "exceptions"),
            _ => throw reader.Error(ModuleError.MalformedExternalKind, $"import kind {kind}"),
        };
    }

    public static void Write(ByteWriter writer, Import import)
    {
        writer.Name(import.Module);
        writer.Name(import.Name);
        writer.Byte((int)import.Kind);
        switch (import.Kind)
        {
            case ExternalKind.Function:
                writer.Index(import.TypeIndex);
                break;
            case ExternalKind.Table:
                TableSection.Write(writer, import.Table);
                break;
            case ExternalKind.Memory:
                MemorySection.Write(writer, import.Memory);
                break;
            default:
                GlobalSection.WriteType(writer, import.Global);
                break;
        }
    }
}
