using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Fog.Engine.Storage;

namespace Fog.Engine.Backup;

/// <summary>Reads a backup, one record in memory at a time. Nothing of it may be believed before <see cref="Summary"/> is there.</summary>
/// <param name="name">What the backup is called in messages.</param>
public sealed class BackupReader(Stream from, string name)
{
    private readonly IncrementalHash _digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _bytes;

    /// <summary>Set when <see cref="Records"/> came to its end, and length, number and digest were right.</summary>
    public BackupSummary? Summary { get; private set; }

    /// <summary>Reads the whole of it.</summary>
    /// <exception cref="UnusableBackupException">It is not a whole backup that this version knows.</exception>
    public static BackupSummary Verify(Stream from, string name)
    {
        var reader = new BackupReader(from, name);
        foreach (var _ in reader.Records())
        {
            // Its end is what is asked for.
        }

        return reader.Summary!;
    }

    /// <summary>Once only.</summary>
    /// <exception cref="UnusableBackupException">It is not a whole backup that this version knows.</exception>
    public IEnumerable<BackupRecord> Records()
    {
        var taken = ReadHeader();
        long count = 0;
        while (Take(1)[0] is var kind and not 0)
        {
            yield return ReadRecord(kind);
            count++;
        }

        ulong told = BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
        var digest = _digest.GetHashAndReset();
        bool isWhole = Take(BackupFormat.DigestBytes).AsSpan().SequenceEqual(digest) && told == (ulong)count;
        if (!isWhole || from.ReadByte() >= 0)
        {
            throw Damaged("its digest is not that of its content");
        }

        Summary = new(taken, count, _bytes, Convert.ToHexStringLower(digest));
    }

    private DateTimeOffset ReadHeader()
    {
        if (!Take(BackupFormat.Magic.Length).AsSpan().SequenceEqual(BackupFormat.Magic))
        {
            throw new UnusableBackupException($"{name} is no backup of a silo: take one with `fog backup FILE`.");
        }

        uint version = BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
        if (version != BackupFormat.Version)
        {
            throw new UnusableBackupException($"{name} has format {version}, this version knows {BackupFormat.Version}: restore it with the version that made it, or a later one.");
        }

        long taken = BinaryPrimitives.ReadInt64LittleEndian(Take(8));
        return taken >= 0 && taken <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? DateTimeOffset.FromUnixTimeMilliseconds(taken)
            : throw Damaged("its time makes no sense");
    }

    private BackupRecord ReadRecord(byte kind)
    {
        var lengths = Take(BackupFormat.RecordHeaderBytes - 1);
        uint body = BinaryPrimitives.ReadUInt32LittleEndian(lengths.AsSpan(5));
        if (body > EngineLimits.RecordBytesMax)
        {
            throw Damaged($"it has a record of {body} bytes, and none has more than {EngineLimits.RecordBytesMax}");
        }

        if (!Enum.IsDefined((RecordKind)kind))
        {
            throw new UnusableBackupException($"{name} has a record of kind {kind}, which this version does not know: restore it with the version that made it, or a later one.");
        }

        return new(
            (RecordKind)kind,
            Encoding.UTF8.GetString(Take(BinaryPrimitives.ReadUInt16LittleEndian(lengths.AsSpan(1)))),
            Encoding.UTF8.GetString(Take(BinaryPrimitives.ReadUInt16LittleEndian(lengths.AsSpan(3)))),
            lengths[0],
            Take((int)body));
    }

    private byte[] Take(int count)
    {
        var part = new byte[count];
        try
        {
            from.ReadExactly(part);
        }
        catch (EndOfStreamException)
        {
            throw Damaged($"it ends after {_bytes} bytes, in the middle");
        }

        _bytes += count;
        _digest.AppendData(part);
        return part;
    }

    private UnusableBackupException Damaged(string how) => new($"{name} is damaged: {how}. Use another copy, or another backup.");
}
