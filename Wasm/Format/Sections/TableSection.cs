namespace Fog.Wasm.Format.Sections;

/// <summary><c>reference type, limits</c> an entry (5.3.9).</summary>
internal static class TableSection
{
    public static TableType Read(ByteReader reader)
    {
        if (reader.Peek() == 0x40) throw InstructionCodec.Unsupported(reader, "function references");
        return new(InstructionCodec.ReadReferenceType(reader), MemorySection.ReadLimits(reader));
    }

    public static void Write(ByteWriter writer, TableType table)
    {
        writer.Byte((int)table.Element);
        MemorySection.WriteLimits(writer, table.Limits);
    }
}
