using System.Collections.Immutable;

namespace Fog.Wasm.Format;

/// <summary>Instructions with their immediates (specification 5.4).</summary>
internal static class InstructionCodec
{
    /// <summary>Reads up to the <c>end</c> that closes the expression, and includes it.</summary>
    public static ImmutableArray<Instruction> ReadExpression(ByteReader reader, bool hasDataCount = true)
    {
        var instructions = ImmutableArray.CreateBuilder<Instruction>();
        var depth = 0;
        while (true)
        {
            if (reader.AtEnd) throw reader.Error(ModuleError.EndExpected, "an expression without end");
            var instruction = Read(reader);
            switch (instruction.Opcode)
            {
                case Opcode.Block or Opcode.Loop or Opcode.If:
                    if (++depth > ModuleLimits.NestingMax) throw reader.Error(ModuleError.LimitExceeded, $"more than {ModuleLimits.NestingMax} nested blocks");
                    break;
                case Opcode.MemoryInit or Opcode.DataDrop when !hasDataCount:
                    throw reader.Error(ModuleError.DataCountRequired, instruction.Opcode.ToString());
            }

            instructions.Add(instruction);
            if (instruction.Opcode == Opcode.End && depth-- == 0) return instructions.ToImmutable();
        }
    }

    public static void WriteExpression(ByteWriter writer, ImmutableArray<Instruction> instructions)
    {
        foreach (var instruction in instructions) Write(writer, instruction);
    }

    public static WasmType ReadType(ByteReader reader)
    {
        var code = reader.Byte();
        return code switch
        {
            >= 0x7C and <= 0x7F or 0x70 or 0x6F => (WasmType)code,
            0x7B => throw Unsupported(reader, "simd"),
            0x63 or 0x64 => throw Unsupported(reader, "function references"),
            >= 0x69 and <= 0x74 => throw Unsupported(reader, "gc"),
            _ => throw reader.Error(ModuleError.MalformedType, $"value type {code:X2}"),
        };
    }

    public static WasmType ReadReferenceType(ByteReader reader)
    {
        var type = ReadType(reader);
        return type.IsReference() ? type : throw reader.Error(ModuleError.MalformedType, $"{type.Name()} is no reference type");
    }

    public static ModuleException Unsupported(ByteReader reader, string feature) => reader.Error(ModuleError.UnsupportedFeature, feature);

    private static Instruction Read(ByteReader reader)
    {
        var offset = reader.Position;
        var code = (int)reader.Byte();
        if (code == 0xFC)
        {
            var sub = reader.U32();
            code = sub <= 0xFF ? 0xFC00 | (int)sub : throw reader.Error(ModuleError.IllegalOpcode, $"FC {sub}");
        }

        var info = OpcodeTable.Find((Opcode)code) ?? throw Illegal(reader, code);
        var instruction = new Instruction((Opcode)code, Offset: offset);
        switch (info.Immediates)
        {
            case Immediates.None:
                return instruction;
            case Immediates.BlockType:
                return instruction with { Immediate = (ulong)ReadBlockType(reader) };
            case Immediates.Label or Immediates.Function or Immediates.Local or Immediates.Global or Immediates.Table
                or Immediates.Element or Immediates.Data:
                return instruction with { Immediate = (ulong)reader.Index() };
            case Immediates.LabelTable:
                var labels = ImmutableArray.CreateBuilder<uint>(reader.Count("labels", ModuleLimits.BodyBytesMax));
                for (var i = labels.Capacity; i > 0; i--) labels.Add(reader.U32());
                return instruction with { List = labels.MoveToImmutable(), Second = reader.U32() };
            case Immediates.TypeAndTable or Immediates.TablePair or Immediates.ElementAndTable:
                return instruction with { Immediate = (ulong)reader.Index(), Second = reader.U32() };
            case Immediates.Types:
                var types = ImmutableArray.CreateBuilder<uint>(reader.Count("types", ModuleLimits.TypeArityMax));
                for (var i = types.Capacity; i > 0; i--) types.Add((uint)ReadType(reader));
                return instruction with { List = types.MoveToImmutable() };
            case Immediates.MemoryAccess:
                var align = reader.U32();
                if (align is >= 0x40 and < 0x80) throw Unsupported(reader, "multi-memory");
                if (align >= 32) throw reader.Error(ModuleError.MalformedMemoryAccess, $"alignment 2^{align}");
                return instruction with { Second = align, Immediate = reader.U32() };
            case Immediates.Memory:
                ZeroByte(reader);
                return instruction;
            case Immediates.MemoryPair:
                ZeroByte(reader);
                ZeroByte(reader);
                return instruction;
            case Immediates.DataAndMemory:
                var segment = reader.Index();
                ZeroByte(reader);
                return instruction with { Immediate = (ulong)segment };
            case Immediates.I32:
                return instruction with { Immediate = (uint)reader.Signed(32) };
            case Immediates.I64:
                return instruction with { Immediate = (ulong)reader.Signed(64) };
            case Immediates.F32:
                return instruction with { Immediate = reader.Fixed(4) };
            case Immediates.F64:
                return instruction with { Immediate = reader.Fixed(8) };
            case Immediates.ReferenceType:
                return instruction with { Immediate = (ulong)ReadReferenceType(reader) };
            default:
                throw new InvalidOperationException($"no reader for {info.Immediates}");
        }
    }

    private static void Write(ByteWriter writer, in Instruction instruction)
    {
        var code = (int)instruction.Opcode;
        if (code >= 0xFC00)
        {
            writer.Byte(0xFC);
            writer.Index(code & 0xFF);
        }
        else
        {
            writer.Byte(code);
        }

        switch (OpcodeTable.Get(instruction.Opcode).Immediates)
        {
            case Immediates.None:
                break;
            case Immediates.BlockType:
                writer.Signed((long)instruction.Immediate);
                break;
            case Immediates.Label or Immediates.Function or Immediates.Local or Immediates.Global or Immediates.Table
                or Immediates.Element or Immediates.Data:
                writer.Unsigned(instruction.Immediate);
                break;
            case Immediates.LabelTable:
                writer.Index(instruction.List.Length);
                foreach (var label in instruction.List) writer.Unsigned(label);
                writer.Unsigned(instruction.Second);
                break;
            case Immediates.TypeAndTable or Immediates.TablePair or Immediates.ElementAndTable:
                writer.Unsigned(instruction.Immediate);
                writer.Unsigned(instruction.Second);
                break;
            case Immediates.Types:
                writer.Index(instruction.List.Length);
                foreach (var type in instruction.List) writer.Byte((int)type);
                break;
            case Immediates.MemoryAccess:
                writer.Unsigned(instruction.Second);
                writer.Unsigned(instruction.Immediate);
                break;
            case Immediates.Memory:
                writer.Byte(0);
                break;
            case Immediates.MemoryPair:
                writer.Byte(0);
                writer.Byte(0);
                break;
            case Immediates.DataAndMemory:
                writer.Unsigned(instruction.Immediate);
                writer.Byte(0);
                break;
            case Immediates.I32:
                writer.Signed((int)instruction.Immediate);
                break;
            case Immediates.I64:
                writer.Signed((long)instruction.Immediate);
                break;
            case Immediates.F32:
                writer.Fixed(instruction.Immediate, 4);
                break;
            case Immediates.F64:
                writer.Fixed(instruction.Immediate, 8);
                break;
            case Immediates.ReferenceType:
                writer.Byte((int)instruction.Immediate);
                break;
            default:
                throw new InvalidOperationException($"no writer for {instruction.Opcode}");
        }
    }

    private static long ReadBlockType(ByteReader reader)
    {
        if ((reader.Peek() & 0xC0) == 0x40)
        {
            // A single byte with the sign bit set: empty, or a value type.
            return reader.Peek() == 0x40 ? ReadEmpty(reader) : BlockType.Of(ReadType(reader)).Code;
        }

        var index = reader.Signed(33);
        return index >= 0 ? index : throw reader.Error(ModuleError.MalformedType, "a negative block type");
    }

    private static long ReadEmpty(ByteReader reader)
    {
        reader.Byte();
        return BlockType.Empty.Code;
    }

    private static void ZeroByte(ByteReader reader)
    {
        if (reader.Byte() != 0) throw reader.Error(ModuleError.ZeroByteExpected, "memory index");
    }

    private static ModuleException Illegal(ByteReader reader, int code) => code switch
    {
        0x06 or 0x07 or 0x08 or 0x09 or 0x0A or 0x18 or 0x19 or 0x1F => Unsupported(reader, "exceptions"),
        0x12 or 0x13 => Unsupported(reader, "tail calls"),
        0x14 or 0x15 or >= 0xD3 and <= 0xD6 => Unsupported(reader, "function references"),
        0xFB => Unsupported(reader, "gc"),
        0xFD => Unsupported(reader, "simd"),
        0xFE => Unsupported(reader, "threads"),
        _ => reader.Error(ModuleError.IllegalOpcode, $"{code:X2}"),
    };
}
