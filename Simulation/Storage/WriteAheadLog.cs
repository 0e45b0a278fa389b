using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Fog.Engine.Storage;
using Fog.Simulation.Scheduling;

namespace Fog.Simulation.Storage;

/// <summary>The bytes of one commit on their way to the disk: a frame a write and one that says "all", each with its length and check sum.</summary>
/// <remarks><code>
/// ┌────────┬─────────┬──────────────────────────────────────────────────┐
/// │ u32 n  │ u32 sum │ n bytes: kind, expected version, key, body       │ … a frame a write, then one with n = 0
/// └────────┴─────────┴──────────────────────────────────────────────────┘
/// </code>
/// Power that fails before the sync leaves any part of them, the last sector torn. Whoever opens the disk next applies
/// a commit that is whole and drops any other, as SQLite does with its own log.</remarks>
internal static class WriteAheadLog
{
    private const int HeaderBytes = 8;
    private const int SectorBytes = 512;
    private const int None = -1;

    public static byte[] Encode(IReadOnlyList<RecordWrite> batch)
    {
        var log = new ArrayBufferWriter<byte>();
        foreach (var write in batch)
        {
            byte[] content = Content(write);
            Frame(log, content);
        }

        Frame(log, []);
        return log.WrittenSpan.ToArray();
    }

    /// <summary>What the disk has of it when the power fails before the sync: a beginning, of which the last sector may be anything.</summary>
    public static byte[] Torn(byte[] log, SeededRandom random)
    {
        // Now and then all of it came to the disk, though nobody was told.
        byte[] kept = log[..(random.Happens(0.25) ? log.Length : random.Below(log.Length))];
        if (kept.Length < log.Length && kept.Length > 0 && random.Happens(0.5))
        {
            random.Fill(kept.AsSpan(Math.Max(0, kept.Length - SectorBytes)));
        }

        return kept;
    }

    /// <summary>The commit, or null when it is not all there.</summary>
    public static List<RecordWrite>? Recover(ReadOnlySpan<byte> log)
    {
        var batch = new List<RecordWrite>();
        while (log.Length >= HeaderBytes)
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(log);
            if (length < 0 || length > log.Length - HeaderBytes || BinaryPrimitives.ReadUInt32LittleEndian(log[4..]) != Sum(length, log.Slice(HeaderBytes, length)))
            {
                return null;
            }

            if (length == 0)
            {
                return batch;
            }

            batch.Add(Write(log.Slice(HeaderBytes, length)));
            log = log[(HeaderBytes + length)..];
        }

        return null;
    }

    private static void Frame(ArrayBufferWriter<byte> log, ReadOnlySpan<byte> content)
    {
        var header = log.GetSpan(HeaderBytes);
        BinaryPrimitives.WriteInt32LittleEndian(header, content.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], Sum(content.Length, content));
        log.Advance(HeaderBytes);
        log.Write(content);
    }

    private static byte[] Content(RecordWrite write)
    {
        using var content = new MemoryStream();
        using var writer = new BinaryWriter(content, Encoding.UTF8);
        writer.Write((byte)write.Key.Kind);
        writer.Write(write.ExpectedVersion ?? None);
        writer.Write(write.Key.Grain);
        writer.Write(write.Key.Name);
        writer.Write((byte)write.Format);
        writer.Write(write.Body?.Length ?? None);
        writer.Write(write.Body ?? []);
        return content.ToArray();
    }

    private static RecordWrite Write(ReadOnlySpan<byte> content)
    {
        using var reader = new BinaryReader(new MemoryStream(content.ToArray()), Encoding.UTF8);
        var kind = (RecordKind)reader.ReadByte();
        long expected = reader.ReadInt64();
        var key = new RecordKey(kind, reader.ReadString(), reader.ReadString());
        int format = reader.ReadByte();
        int length = reader.ReadInt32();
        return new RecordWrite(key, expected == None ? null : expected, length == None ? null : reader.ReadBytes(length), format);
    }

    /// <summary>FNV-1a over length and content; never that of zeros.</summary>
    private static uint Sum(int length, ReadOnlySpan<byte> content)
    {
        uint hash = (2_166_136_261 ^ (uint)length) * 16_777_619;
        foreach (byte b in content)
        {
            hash = (hash ^ b) * 16_777_619;
        }

        return hash;
    }
}
