using System.Collections.Immutable;

namespace Fog.Wasm.Format.Sections;

/// <summary>
/// Element segments (5.5.12). Of the leading flags bit 0 means not active, bit 1 an explicit table (active) or
/// declarative (not active), bit 2 items as expressions.
/// </summary>
internal static class ElementSection
{
    private const int NotActive = 1;
    private const int ExplicitTable = 2;
    private const int Declarative = 2;
    private const int AsExpressions = 4;

    public static ElementSegment Read(ByteReader reader)
    {
        var flags = reader.U32();
        if (flags > 7) throw reader.Error(ModuleError.MalformedSegment, $"element flags {flags}");
        var active = (flags & NotActive) == 0;
        var mode = active ? SegmentMode.Active : (flags & Declarative) != 0 ? SegmentMode.Declarative : SegmentMode.Passive;
        var table = active && (flags & ExplicitTable) != 0 ? reader.Index() : 0;
        ImmutableArray<Instruction> offset = active ? InstructionCodec.ReadExpression(reader) : default;
        var type = WasmType.FuncRef;
        var typed = (flags & (NotActive | ExplicitTable)) != 0;
        if ((flags & AsExpressions) == 0)
        {
            if (typed && reader.Byte() != 0) throw reader.Error(ModuleError.MalformedSegment, "element kind");
            var items = ImmutableArray.CreateBuilder<int>(reader.Count("elements", ModuleLimits.TableElementsMax));
            for (var i = items.Capacity; i > 0; i--) items.Add(reader.Index());
            return new(mode, table, type, items.MoveToImmutable(), offset);
        }

        if (typed) type = InstructionCodec.ReadReferenceType(reader);
        var expressions = ImmutableArray.CreateBuilder<ImmutableArray<Instruction>>(reader.Count("elements", ModuleLimits.TableElementsMax));
        for (var i = expressions.Capacity; i > 0; i--) expressions.Add(InstructionCodec.ReadExpression(reader));
        var list = expressions.MoveToImmutable();
        return new(mode, table, type, [.. list.Select(Item)], offset, list);
    }

    public static void Write(ByteWriter writer, ElementSegment segment)
    {
        var active = segment.Mode == SegmentMode.Active;
        var expressions = segment.Expressions.IsDefault ? 0 : AsExpressions;
        var typed = !active || segment.Table != 0 || segment.Type != WasmType.FuncRef;
        var second = active ? typed : segment.Mode == SegmentMode.Declarative;
        writer.Index((active ? 0 : NotActive) | (second ? ExplicitTable : 0) | expressions);
        if (active && typed) writer.Index(segment.Table);
        if (active) InstructionCodec.WriteExpression(writer, segment.OffsetExpression);
        if (typed) writer.Byte(expressions != 0 ? (int)segment.Type : 0);
        if (expressions == 0)
        {
            writer.Index(segment.Items.Length);
            foreach (var item in segment.Items) writer.Index(item);
        }
        else
        {
            writer.Index(segment.Expressions.Length);
            foreach (var expression in segment.Expressions) InstructionCodec.WriteExpression(writer, expression);
        }
    }

    // What is no ref.func counts as null here; the validator judges the expression itself.
    private static int Item(ImmutableArray<Instruction> expression) =>
        expression[0].Opcode == Opcode.RefFunc ? expression[0].Index : -1;
}
