using System.Collections.Immutable;
using Xunit;

namespace Fog.Wasm.Format.Tests;

public class ModuleWriterTests
{
    [Fact]
    public void A_smallest_module_is_its_eight_byte_header() =>
        Assert.Equal(new byte[] { 0, 0x61, 0x73, 0x6D, 1, 0, 0, 0 }, ModuleWriter.Write(new Module()));

    [Fact]
    public void An_add_function_has_the_bytes_the_specification_gives()
    {
        var module = new Module
        {
            Types = [new([WasmType.I32, WasmType.I32], [WasmType.I32])],
            Functions =
            [
                new(0, [], [Instruction.WithIndex(Opcode.LocalGet, 0), Instruction.WithIndex(Opcode.LocalGet, 1), Opcode.I32Add, Opcode.End]),
            ],
            Exports = [new("add", ExternalKind.Function, 0)],
        };

        Assert.Equal(
            "0061736D01000000" + "0107016002" + "7F7F017F" + "03020100" + "070701036164640000" + "0A09010700200020016A0B",
            Convert.ToHexString(ModuleWriter.Write(module)));
    }

    [Fact]
    public void What_is_written_reads_back_the_same()
    {
        var bytes = ModuleWriter.Write(EverySection());
        var read = ModuleReader.Read(bytes);

        Assert.Equal(bytes, ModuleWriter.Write(read));
        Assert.Equal(2, read.Imports.Length);
        Assert.Equal(EverySection().Functions[0].Body.Length, read.Functions[0].Body.Length);
        Assert.Equal(FogKind.F64, FunctionManifest.Of(read).Result.Kind);
    }

    [Fact]
    public void Every_row_of_the_opcode_table_is_written_and_read_back()
    {
        foreach (var row in OpcodeTable.Rows)
        {
            ImmutableArray<uint> list = row.Immediates switch
            {
                Immediates.LabelTable => [0, 0],
                Immediates.Types => [(uint)WasmType.I32],
                _ => default,
            };
            var immediate = row.Immediates switch
            {
                Immediates.None or Immediates.LabelTable or Immediates.Types or Immediates.Memory or Immediates.MemoryPair => 0UL,
                Immediates.BlockType => (ulong)BlockType.Of(WasmType.F32).Code,
                Immediates.ReferenceType => (ulong)WasmType.ExternRef,
                Immediates.F64 or Immediates.I64 => 0x8000_0000_0000_0001,
                Immediates.I32 => 0x8000_0001,
                _ => 77UL,
            };
            List<Instruction> body = [new(row.Opcode, immediate, 0, list)];
            if (row.Immediates == Immediates.BlockType) body.Add(Opcode.End);
            if (row.Opcode != Opcode.End) body.Add(Opcode.End);
            var module = new Module
            {
                Types = [new([], [])],
                Functions = [new(0, [], [.. body])],
                Data = [new(SegmentMode.Passive, [1])],
            };

            var read = ModuleReader.Read(ModuleWriter.Write(module)).Functions[0].Body[0];

            Assert.Equal(row.Opcode, read.Opcode);
            Assert.Equal(immediate, read.Immediate);
        }
    }

    internal static Module EverySection() => new()
    {
        Types = [new([], []), new([WasmType.I32], [WasmType.F64])],
        Imports = [new("fog", "log", ExternalKind.Function, 1), new("env", "g", ExternalKind.Global, Global: new(WasmType.I64, true))],
        Functions =
        [
            new(1, [WasmType.I32, WasmType.I32, WasmType.F64], [
                Instruction.WithBlock(Opcode.Block, BlockType.Empty),
                Instruction.WithIndex(Opcode.LocalGet, 0),
                Instruction.BrTable([0, 0], 0),
                Opcode.End,
                Instruction.I32Const(-5),
                Instruction.Access(Opcode.F64Load, 8),
                Opcode.End]),
            new(0, [], [Opcode.End]),
        ],
        Tables = [new(WasmType.FuncRef, new(2, 2))],
        Memories = [new(new(1, 2))],
        Globals = [new(new(WasmType.I32, false), [Instruction.I32Const(7), Opcode.End])],
        Exports = [new("run", ExternalKind.Function, 1)],
        Start = 2,
        Elements =
        [
            new(SegmentMode.Active, 0, WasmType.FuncRef, [1, 2], [Instruction.I32Const(0), Opcode.End]),
            new(SegmentMode.Passive, 0, WasmType.FuncRef, [1]),
            new(SegmentMode.Declarative, 0, WasmType.FuncRef, [2]),
            new(SegmentMode.Passive, 0, WasmType.ExternRef, [-1], Expressions: [[new(Opcode.RefNull, (ulong)WasmType.ExternRef), Opcode.End]]),
        ],
        Data = [new(SegmentMode.Active, [1, 2, 3], [Instruction.I32Const(16), Opcode.End]), new(SegmentMode.Passive, [4])],
        CustomSections = [new FunctionManifest("run", "1", [new("x", new(FogKind.I32))], new(FogKind.F64)).ToSection()],
    };
}
