using Fog.Firmware.Loader.Flash;

namespace Fog.Firmware.Virtual.Boards;

/// <summary>Records in NOR flash under littlefs: how much fits, how long writing takes, and what it wears.</summary>
/// <remarks>
/// A record has sectors of its own. What is written is never written over: an append to a sector that is partly full
/// copies it to a free one (that is littlefs' copy on write), so a free sector is needed beside. Sectors are taken in
/// turn, which spreads wear. Every change is a commit of a page, and every sixteenth of those erases one of the two
/// sectors that littlefs keeps for its own records, which are not of the capacity here.
/// Power fails between two changes only: littlefs' commits are whole or not there.
/// </remarks>
internal sealed class FlashModel : IFlash
{
    public const int SectorBytes = 4096;
    private const int PageBytes = 256;
    private const int CommitsASector = SectorBytes / PageBytes;

    private readonly Board board;
    private readonly Dictionary<string, Record> records = [];
    private readonly int[] erasesOf;
    private readonly bool[] isTaken;
    private int free;
    private int next;
    private int commits;

    public FlashModel(Board board)
    {
        this.board = board;
        free = board.FlashBytes / SectorBytes;
        erasesOf = new int[free];
        isTaken = new bool[free];
    }

    /// <summary>Sectors erased so far.</summary>
    public int Erases { get; private set; }

    /// <summary>Sectors that cannot be erased any more.</summary>
    public int WornOut { get; private set; }

    private TimeSpan busy;

    /// <summary>What writing has taken since this was asked last.</summary>
    public TimeSpan TakeBusyTime()
    {
        var taken = busy;
        busy = TimeSpan.Zero;
        return taken;
    }

    public string[] Names() => [.. records.Keys];

    public int Length(string name) => records.TryGetValue(name, out var record) ? record.Data.Length : -1;

    public bool Append(string name, byte[] data, int offset, int count)
    {
        var record = records.GetValueOrDefault(name) ?? new Record([], []);
        var used = record.Data.Length % SectorBytes;
        var whole = record.Sectors.Count - (used > 0 ? 1 : 0);
        var length = record.Data.Length + count;
        var wanted = Math.Max(1, (length + SectorBytes - 1) / SectorBytes) - whole;
        var taken = new List<int>(wanted);
        while (taken.Count < wanted)
        {
            if (TakeSector() is not { } sector)
            {
                taken.ForEach(Release);
                return false;
            }

            taken.Add(sector);
        }

        busy += (used + count + PageBytes - 1) / PageBytes * board.PageProgram;
        record.Sectors.Skip(whole).ToList().ForEach(Release);
        records[name] = new Record([.. record.Data, .. data.AsSpan(offset, count)], [.. record.Sectors.Take(whole), .. taken]);
        Commit();
        return true;
    }

    public void Read(string name, int position, byte[] into, int offset, int count) =>
        records[name].Data.AsSpan(position, count).CopyTo(into.AsSpan(offset));

    public void Delete(string name)
    {
        if (!records.Remove(name, out var record))
            return;
        record.Sectors.ForEach(Release);
        Commit();
    }

    /// <summary>The whole record, or null where there is none.</summary>
    public byte[]? Find(string name) => records.GetValueOrDefault(name)?.Data;

    /// <summary>Erased, and so fit to be programmed. Null: none is left.</summary>
    private int? TakeSector()
    {
        if (free == 0)
            return null;
        for (var looked = 0; looked < isTaken.Length; looked++)
        {
            var sector = next;
            next = (next + 1) % isTaken.Length;
            if (isTaken[sector])
                continue;
            isTaken[sector] = true;
            free--;
            if (erasesOf[sector] == board.EraseCyclesMax)
            {
                // Taken for good.
                WornOut++;
                continue;
            }

            erasesOf[sector]++;
            Erase();
            return sector;
        }

        return null;
    }

    private void Release(int sector)
    {
        isTaken[sector] = false;
        free++;
    }

    private void Commit()
    {
        busy += board.PageProgram;
        if (++commits % CommitsASector == 0)
            Erase();
    }

    private void Erase()
    {
        Erases++;
        busy += board.SectorErase;
    }

    private sealed record Record(byte[] Data, List<int> Sectors);
}
