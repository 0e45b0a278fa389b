using Fog.Firmware.Virtual.Boards;

namespace Fog.Firmware.Virtual.Tests.Boards;

public class FlashModelTests
{
    private static readonly Board Board = Board.Esp32 with { FlashBytes = 4 * FlashModel.SectorBytes };

    [Fact]
    public void Writing_takes_an_erase_a_sector_and_a_program_a_page()
    {
        var flash = new FlashModel(Board);
        flash.Append("a", new byte[1024], 0, 1024);
        Assert.Equal(1, flash.Erases);

        // Four pages of data, one of littlefs' own.
        Assert.Equal(Board.SectorErase + (5 * Board.PageProgram), flash.TakeBusyTime());
        Assert.Equal(TimeSpan.Zero, flash.TakeBusyTime());
        flash.Delete("a");
        Assert.Equal(Board.PageProgram, flash.TakeBusyTime());
        flash.Delete("a");
        Assert.Equal(TimeSpan.Zero, flash.TakeBusyTime());
    }

    [Fact]
    public void An_append_copies_the_sector_that_is_partly_full()
    {
        var flash = new FlashModel(Board);
        flash.Append("a", [1, 2, 3], 0, 3);
        flash.Append("a", [0, 4, 5], 1, 2);
        Assert.Equal(2, flash.Erases);
        Assert.Equal([1, 2, 3, 4, 5], flash.Find("a"));
        Assert.Equal(5, flash.Length("a"));
        var read = new byte[3];
        flash.Read("a", 2, read, 1, 2);
        Assert.Equal([0, 3, 4], read);
        Assert.Equal(["a"], flash.Names());
    }

    [Fact]
    public void A_record_has_sectors_of_its_own_and_what_does_not_fit_changes_nothing()
    {
        var flash = new FlashModel(Board);
        foreach (var name in (string[])["a", "b", "c"])
            Assert.True(flash.Append(name, [1], 0, 1));
        Assert.False(flash.Append("d", new byte[FlashModel.SectorBytes + 1], 0, FlashModel.SectorBytes + 1));
        Assert.Equal(-1, flash.Length("d"));
        Assert.True(flash.Append("d", new byte[FlashModel.SectorBytes], 0, FlashModel.SectorBytes));

        // The copy of a sector needs another beside.
        Assert.False(flash.Append("a", [2], 0, 1));
        Assert.Equal([1], flash.Find("a"));
        flash.Delete("b");
        Assert.True(flash.Append("a", [2], 0, 1));
    }

    [Fact]
    public void Wear_is_spread_and_ends_a_sector_after_its_cycles()
    {
        var flash = new FlashModel(Board with { EraseCyclesMax = 3 });
        var written = 0;
        while (flash.Append("a", [1], 0, 1))
        {
            flash.Delete("a");
            Assert.True(++written <= 100);
            Assert.Equal(0, flash.WornOut);
        }

        Assert.Equal(4 * 3, written);
        Assert.Equal(4, flash.WornOut);
    }

    [Fact]
    public void Every_sixteenth_commit_erases_a_sector_of_littlefs_own()
    {
        var flash = new FlashModel(Board);
        for (var i = 0; i < 8; i++)
        {
            flash.Append("a", [1], 0, 1);
            flash.Delete("a");
        }

        Assert.Equal(8 + 1, flash.Erases);
    }
}
