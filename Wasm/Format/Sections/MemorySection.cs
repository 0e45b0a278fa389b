namespace Fog.Wasm.Format.Sections;

/// <summary>Limits an entry: <c>0 min</c> or <c>1 min max</c> (5.3.7).</summary>
internal static class MemorySection
{
    public static MemoryType Read(ByteReader reader) => new(ReadLimits(reader));

    public static void Write(ByteWriter writer, MemoryType memory) => WriteLimits(writer, memory.Limits);

    public static Limits ReadLimits(ByteReader reader)
    {
        var flags = reader.Byte();
        return flags switch
        {
            0 => new(reader.U32()),
            1 => new(reader.U32(), reader.U32()),
            2 or 3 => throw InstructionCodec.Unsupported(reader, "threads"),
            >= 4 and <= 7 => throw InstructionCodec.Unsupported(reader, "memory64"),
            _ => throw reader.Error(ModuleError.MalformedLimits, $"flags {flags:X2}"),
        };
    }

    public static void WriteLimits(ByteWriter writer, Limits limits)
    {
        writer.Byte(limits.Max is null ? 0 : 1);
        writer.Unsigned(limits.Min);
        if (limits.Max is { } max) writer.Unsigned(max);
    }
}
