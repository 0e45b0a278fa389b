using System.Collections.Immutable;

namespace Fog.Wasm.Format.Tests;

public sealed class TrapTableTests
{
    private static readonly TrapSite[] s_sites =
    [
        new(0, 40, "System.IndexOutOfRangeException", "", "Mean.cs", 9, 21),
        new(0, 300, "", "", "Mean.cs", 10, 16),
        new(2, 301, "System.ArgumentException", "no samples 🎈", "", 0, 0),
    ];

    [Fact]
    public void What_is_written_is_read() => Assert.Equal(s_sites, TrapTable.Of(Module([.. TrapTable.ToSection(s_sites).Bytes])));

    [Fact]
    public void A_module_without_the_table_explains_nothing() => Assert.Empty(TrapTable.Of(new Module()));

    [Fact]
    public void No_prefix_of_a_table_is_one()
    {
        var bytes = TrapTable.ToSection(s_sites).Bytes;
        for (var length = 0; length < bytes.Length; length++) Assert.Throws<ModuleException>(() => TrapTable.Of(Module(bytes[..length])));
        Assert.Throws<ModuleException>(() => TrapTable.Of(Module(bytes.Add(0))));
    }

    [Fact]
    public void Damage_is_refused_by_name_or_says_something_else()
    {
        var bytes = TrapTable.ToSection(s_sites).Bytes;
        for (var i = 0; i < bytes.Length; i++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var damaged = Module(bytes.SetItem(i, (byte)(bytes[i] ^ (1 << bit))));
                var error = Record.Exception(() => Assert.NotEqual(s_sites, TrapTable.Of(damaged)));
                Assert.True(error is null or ModuleException, $"byte {i}, bit {bit}: {error}");
            }
        }
    }

    private static Module Module(ImmutableArray<byte> table) => new() { CustomSections = [new(TrapTable.SectionName, table)] };
}
