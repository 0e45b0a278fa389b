using Fog.Wasm.Format;
using Fog.Wasm.Runtime.Lowering;
using Fog.Wasm.Runtime.Validation;

namespace Fog.Wasm.Runtime.Tests;

public class BasicBlocksTests
{
    private static readonly Instruction Block = Instruction.WithBlock(Opcode.Block, BlockType.Empty);
    private static readonly Instruction Loop = Instruction.WithBlock(Opcode.Loop, BlockType.Empty);
    private static readonly Instruction If = Instruction.WithBlock(Opcode.If, BlockType.Empty);
    private static readonly Instruction One = Instruction.I32Const(1);

    [Fact]
    public void Straight_code_is_one_block() => Assert.Equal("0:2", Blocks(One, Opcode.Drop));

    [Fact]
    public void The_end_of_a_block_nobody_branches_to_begins_nothing() => Assert.Equal("0:4", Blocks(Block, One, Opcode.Drop, Opcode.End, One, Opcode.Drop));

    [Fact]
    public void The_end_of_a_block_that_a_branch_names_begins_a_block() =>
        Assert.Equal("0:2 3:2 6:2", Blocks(Block, One, Br(Opcode.BrIf, 0), One, Opcode.Drop, Opcode.End, One, Opcode.Drop));

    [Fact]
    public void A_branch_that_cannot_be_reached_begins_nothing() =>
        Assert.Equal("0:1", Blocks(Block, Opcode.Unreachable, One, Br(Opcode.BrIf, 0), Opcode.End, One, Opcode.Drop));

    [Fact]
    public void A_loop_begins_a_block_and_its_end_does_not() => Assert.Equal("0:2 3:4", Blocks(One, Opcode.Drop, Loop, One, Opcode.Drop, Opcode.End, One, Opcode.Drop));

    [Fact]
    public void The_arms_of_an_if_and_what_follows_are_blocks() =>
        Assert.Equal("0:2 2:0 4:2 7:2", Blocks(One, If, Opcode.Nop, Opcode.Else, One, Opcode.Drop, Opcode.End, One, Opcode.Drop));

    [Fact]
    public void An_if_with_a_dead_arm_still_joins() =>
        Assert.Equal("0:2 2:1 4:0 5:2", Blocks(One, If, Opcode.Return, Opcode.Else, Opcode.End, One, Opcode.Drop));

    [Fact]
    public void An_if_with_two_dead_arms_has_nothing_behind_it() =>
        Assert.Equal("0:2 2:1 4:1", Blocks(One, If, Opcode.Return, Opcode.Else, Opcode.Unreachable, Opcode.End, One, Opcode.Drop));

    [Fact]
    public void A_branch_table_names_all_its_labels() =>
        Assert.Equal("0:2 6:2 9:0", Blocks(Block, Block, Block, One, Instruction.BrTable([0], 1), Opcode.End, One, Opcode.Drop, Opcode.End, Opcode.End));

    [Fact]
    public void Behind_a_checkpoint_a_block_begins_and_behind_other_calls_none()
    {
        var context = new ModuleContext(new() { Types = [new([], [])], Imports = [new("fog", "checkpoint", ExternalKind.Function)] });
        var blocks = BasicBlocks.Of(new Function(0, [], [Instruction.WithIndex(Opcode.Call, 1), Instruction.WithIndex(Opcode.Call, 0), One, Opcode.Drop, Opcode.End]), context);
        Assert.Equal((2, 2), (blocks.Cost(0), blocks.Cost(2)));
        Assert.False(blocks.BeginsAt(1));
    }

    private static Instruction Br(Opcode opcode, int depth) => Instruction.WithIndex(opcode, depth);

    // "instruction:fuel" of each block.
    private static string Blocks(params Instruction[] body)
    {
        var blocks = BasicBlocks.Of(new Function(0, [], [.. body, Opcode.End]));
        return string.Join(' ', Enumerable.Range(0, body.Length + 1).Where(blocks.BeginsAt).Select(i => $"{i}:{blocks.Cost(i)}"));
    }
}
