using System.Reflection;
using Fog.Engine.Backup;
using Fog.Engine.Storage;
using FsCheck;
using FsCheck.Fluent;

namespace Fog.Engine.Tests.Backup;

public sealed class BackupFormatTests
{
    private static readonly DateTimeOffset s_taken = new(2026, 8, 1, 12, 0, 0, 125, TimeSpan.Zero);

    private static readonly BackupRecord[] s_records =
    [
        new(RecordKind.State, "node/lab/esp-1", "node", RecordFormat.Json, """{"Schema":1}"""u8.ToArray()),
        new(RecordKind.State, "näme/ü", "leer", RecordFormat.Json, []),
        new(RecordKind.Reminder, "dispatcher/lab", "revive", RecordFormat.Json, """{"FirstTick":"2026-08-01T12:00:00Z","Period":"00:01:00"}"""u8.ToArray()),
    ];

    private static byte[] Bytes(IEnumerable<BackupRecord> records)
    {
        var to = new MemoryStream();
        var summary = BackupWriter.Write(to, records, s_taken);
        Assert.Equal(to.Length, summary.Bytes);
        return to.ToArray();
    }

    private static string Refusal(byte[] bytes) =>
        Assert.Throws<UnusableBackupException>(() => BackupReader.Verify(new MemoryStream(bytes), "fog.backup")).Message;

    [Fact]
    public void A_backup_has_the_bytes_that_the_page_describes()
    {
        string folder = typeof(BackupFormatTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "VectorsFolder").Value!;
        Assert.Equal(File.ReadAllText(Path.Combine(folder, "backup", "v1.hex")).ReplaceLineEndings(""), Convert.ToHexStringLower(Bytes(s_records)));
    }

    [Fact]
    public void What_is_read_is_what_was_written() => Prop.ForAll(
        ArbMap.Default.ArbFor<(NonNull<string> Grain, byte[] Body, bool IsReminder)[]>(),
        given =>
        {
            var records = given.Select(static (g, i) => new BackupRecord(g.IsReminder ? RecordKind.Reminder : RecordKind.State, $"g/{i}", $"n{i}", RecordFormat.Json, g.Body ?? [])).ToList();
            var reader = new BackupReader(new MemoryStream(Bytes(records)), "fog.backup");
            var read = reader.Records().ToList();
            return reader.Summary is { } summary && summary.Taken == s_taken && summary.Records == records.Count
                && read.Select(static r => (r.Kind, r.Grain, r.Name, r.Format, Convert.ToHexString(r.Body)))
                    .SequenceEqual(records.Select(static r => (r.Kind, r.Grain, r.Name, r.Format, Convert.ToHexString(r.Body))));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_end_before_the_end_is_refused()
    {
        var whole = Bytes(s_records);
        for (int length = 0; length < whole.Length; length++)
        {
            Assert.Contains("fog.backup is damaged", Refusal(whole[..length]));
        }

        Assert.Contains("fog.backup is damaged", Refusal([.. whole, 0]));
    }

    [Fact]
    public void Any_changed_bit_is_refused()
    {
        var whole = Bytes(s_records);
        for (int bit = 0; bit < whole.Length * 8; bit++)
        {
            var changed = whole.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Contains("fog.backup", Refusal(changed));
        }
    }

    [Fact]
    public void Another_file_and_a_later_version_are_refused_by_name()
    {
        Assert.Contains("is no backup of a silo", Refusal("SQLite format 3\0 and so on"u8.ToArray()));
        var later = Bytes([]);
        later[8] = 2;
        Assert.Contains("has format 2, this version knows 1", Refusal(later));
    }

    [Fact]
    public void A_length_beyond_the_limit_is_refused_before_it_is_reserved()
    {
        var bytes = Bytes(s_records);
        bytes.AsSpan(20 + 6, 4).Fill(0xFF);
        Assert.Contains("4294967295 bytes", Refusal(bytes));
    }
}
