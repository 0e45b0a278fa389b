using System.Collections.Immutable;

namespace Fog.Wasm.Format.Sections;

/// <summary>
/// Function bodies, <c>size, vec(count, type) of locals, expression</c> an entry (5.5.13); the type indices stand in
/// the function section (5.5.6).
/// </summary>
internal static class CodeSection
{
    public static ImmutableArray<Function> Read(ByteReader reader, ImmutableArray<int> typeIndices, bool hasDataCount)
    {
        var count = reader.Count("bodies");
        if (count != typeIndices.Length) throw reader.Error(ModuleError.FunctionCountMismatch, $"{typeIndices.Length} declared, {count} bodies");
        var functions = ImmutableArray.CreateBuilder<Function>(count);
        var localsLeft = ModuleLimits.ModuleLocalsMax;
        foreach (var typeIndex in typeIndices)
        {
            var size = reader.U32();
            if (size > (uint)(reader.End - reader.Position)) throw reader.Error(ModuleError.UnexpectedEnd, $"a body of {size} bytes, {reader.End - reader.Position} left");
            if (size > ModuleLimits.BodyBytesMax) throw reader.Error(ModuleError.LimitExceeded, $"a body of {size} bytes, at most {ModuleLimits.BodyBytesMax}");
            var body = reader.Window((int)size);
            var locals = ReadLocals(body, localsLeft);
            localsLeft -= locals.Length;
            functions.Add(new(typeIndex, locals, InstructionCodec.ReadExpression(body, hasDataCount)));
            if (!body.AtEnd) throw body.Error(ModuleError.SectionSize, $"{body.End - body.Position} bytes after the end of a body");
        }

        return functions.MoveToImmutable();
    }

    public static void WriteTypeIndex(ByteWriter writer, Function function) => writer.Index(function.TypeIndex);

    public static void WriteBody(ByteWriter writer, Function function) => writer.Sized(body =>
    {
        var runs = new List<(int Count, WasmType Type)>();
        foreach (var type in function.Locals)
        {
            if (runs.Count > 0 && runs[runs.Count - 1].Type == type) runs[runs.Count - 1] = (runs[runs.Count - 1].Count + 1, type);
            else runs.Add((1, type));
        }

        body.Index(runs.Count);
        foreach (var (count, type) in runs)
        {
            body.Index(count);
            body.Byte((int)type);
        }

        InstructionCodec.WriteExpression(body, function.Body);
    });

    private static ImmutableArray<WasmType> ReadLocals(ByteReader reader, int left)
    {
        var locals = ImmutableArray.CreateBuilder<WasmType>();
        for (var runs = reader.Count("runs of locals"); runs > 0; runs--)
        {
            var count = reader.U32();
            if (count > (uint)(ModuleLimits.LocalsMax - locals.Count)) throw reader.Error(ModuleError.LimitExceeded, $"more than {ModuleLimits.LocalsMax} locals");
            if (count > (uint)(left - locals.Count)) throw reader.Error(ModuleError.LimitExceeded, $"more than {ModuleLimits.ModuleLocalsMax} locals in all functions");
            var type = InstructionCodec.ReadType(reader);
            for (; count > 0; count--) locals.Add(type);
        }

        return locals.ToImmutable();
    }
}
