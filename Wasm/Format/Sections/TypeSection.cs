using System.Collections.Immutable;

namespace Fog.Wasm.Format.Sections;

/// <summary><c>0x60 vec(parameter type) vec(result type)</c>, a function type an entry (5.3.6).</summary>
internal static class TypeSection
{
    private const byte FunctionForm = 0x60;

    public static FunctionType Read(ByteReader reader)
    {
        var form = reader.Byte();
        if (form is 0x4E or 0x4F or 0x50 or 0x5E or 0x5F) throw InstructionCodec.Unsupported(reader, "gc");
        if (form != FunctionForm) throw reader.Error(ModuleError.MalformedType, $"type form {form:X2}");
        return new(ReadTypes(reader), ReadTypes(reader));
    }

    public static void Write(ByteWriter writer, FunctionType type)
    {
        writer.Byte(FunctionForm);
        WriteTypes(writer, type.Parameters);
        WriteTypes(writer, type.Results);
    }

    private static ImmutableArray<WasmType> ReadTypes(ByteReader reader)
    {
        var types = ImmutableArray.CreateBuilder<WasmType>(reader.Count("types of a signature", ModuleLimits.TypeArityMax));
        for (var i = types.Capacity; i > 0; i--) types.Add(InstructionCodec.ReadType(reader));
        return types.MoveToImmutable();
    }

    private static void WriteTypes(ByteWriter writer, ImmutableArray<WasmType> types)
    {
        writer.Index(types.Length);
        foreach (var type in types) writer.Byte((int)type);
    }
}
