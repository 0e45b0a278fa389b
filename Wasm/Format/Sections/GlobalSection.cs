namespace Fog.Wasm.Format.Sections;

/// <summary><c>value type, mutability, constant expression</c> an entry (5.5.9).</summary>
internal static class GlobalSection
{
    public static Global Read(ByteReader reader) => new(ReadType(reader), InstructionCodec.ReadExpression(reader));

    public static void Write(ByteWriter writer, Global global)
    {
        WriteType(writer, global.Type);
        InstructionCodec.WriteExpression(writer, global.Init);
    }

    public static GlobalType ReadType(ByteReader reader)
    {
        var type = InstructionCodec.ReadType(reader);
        var mutability = reader.Byte();
        return mutability <= 1 ? new(type, mutability == 1) : throw reader.Error(ModuleError.MalformedMutability, $"{mutability:X2}");
    }

    public static void WriteType(ByteWriter writer, GlobalType type)
    {
        writer.Byte((int)type.Type);
        writer.Byte(type.IsMutable ? 1 : 0);
    }
}
