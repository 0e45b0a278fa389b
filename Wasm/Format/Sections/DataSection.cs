using System.Collections.Immutable;

namespace Fog.Wasm.Format.Sections;

/// <summary>Data segments: <c>0 offset bytes</c>, <c>1 bytes</c> (passive) or <c>2 memory offset bytes</c> (5.5.14).</summary>
internal static class DataSection
{
    public static DataSegment Read(ByteReader reader)
    {
        var flags = reader.U32();
        if (flags > 2) throw reader.Error(ModuleError.MalformedSegment, $"data flags {flags}");
        if (flags == 2 && reader.U32() != 0) throw reader.Error(ModuleError.UnknownMemory, "only memory 0 exists");
        ImmutableArray<Instruction> offset = flags == 1 ? default : InstructionCodec.ReadExpression(reader);
        var count = reader.Count("bytes of a data segment", ModuleLimits.ModuleBytesMax);
        return new(flags == 1 ? SegmentMode.Passive : SegmentMode.Active, [.. reader.Bytes(count)], offset);
    }

    public static void Write(ByteWriter writer, DataSegment segment)
    {
        writer.Byte(segment.Mode == SegmentMode.Passive ? 1 : 0);
        if (segment.Mode == SegmentMode.Active) InstructionCodec.WriteExpression(writer, segment.OffsetExpression);
        writer.Index(segment.Bytes.Length);
        writer.Bytes(segment.Bytes);
    }
}
