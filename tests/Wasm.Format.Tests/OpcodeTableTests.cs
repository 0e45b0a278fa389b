namespace Fog.Wasm.Format.Tests;

public class OpcodeTableTests
{
    [Fact]
    public void Every_opcode_has_one_row()
    {
        Assert.Equal(Enum.GetValues<Opcode>().Order(), OpcodeTable.Rows.Select(r => r.Opcode).Order());
        Assert.All(OpcodeTable.Rows, row => Assert.Same(row, OpcodeTable.Get(row.Opcode)));
    }

    [Fact]
    public void Mnemonics_name_one_instruction_each_but_for_the_two_selects() =>
        Assert.Equal(["select"], OpcodeTable.Rows.GroupBy(r => r.Mnemonic).Where(g => g.Count() > 1).Select(g => g.Key));

    [Fact]
    public void Only_loads_and_stores_touch_memory_bytes_of_their_own() =>
        Assert.All(OpcodeTable.Rows, row => Assert.Equal(row.Immediates == Immediates.MemoryAccess, row.AccessBytes > 0));

    [Fact]
    public void What_no_row_has_is_not_found()
    {
        Assert.Null(OpcodeTable.Find((Opcode)0xFF));
        Assert.Null(OpcodeTable.Find((Opcode)0xFC12));
        Assert.Null(OpcodeTable.Find((Opcode)0xFD00));
        Assert.Throws<ArgumentException>(() => OpcodeTable.Get((Opcode)0xFF));
    }
}
