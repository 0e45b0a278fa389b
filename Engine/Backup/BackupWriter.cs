using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Fog.Engine.Backup;

/// <summary>Writes a backup, one record in memory at a time.</summary>
public static class BackupWriter
{
    /// <param name="taken">When; kept to the millisecond.</param>
    public static BackupSummary Write(Stream to, IEnumerable<BackupRecord> records, DateTimeOffset taken)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long bytes = 0;
        void Put(ReadOnlySpan<byte> part)
        {
            to.Write(part);
            digest.AppendData(part);
            bytes += part.Length;
        }

        Span<byte> header = stackalloc byte[BackupFormat.HeaderBytes];
        BackupFormat.Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], BackupFormat.Version);
        BinaryPrimitives.WriteUInt64LittleEndian(header[12..], (ulong)taken.ToUnixTimeMilliseconds());
        Put(header);

        ulong count = 0;
        Span<byte> lengths = stackalloc byte[BackupFormat.RecordHeaderBytes];
        foreach (var record in records)
        {
            var (grain, name) = (Encoding.UTF8.GetBytes(record.Grain), Encoding.UTF8.GetBytes(record.Name));
            lengths[0] = (byte)record.Kind;
            lengths[1] = checked((byte)record.Format);
            BinaryPrimitives.WriteUInt16LittleEndian(lengths[2..], checked((ushort)grain.Length));
            BinaryPrimitives.WriteUInt16LittleEndian(lengths[4..], checked((ushort)name.Length));
            BinaryPrimitives.WriteUInt32LittleEndian(lengths[6..], (uint)record.Body.Length);
            Put(lengths);
            Put(grain);
            Put(name);
            Put(record.Body);
            count++;
        }

        Span<byte> end = stackalloc byte[1 + 8];
        end[0] = 0;
        BinaryPrimitives.WriteUInt64LittleEndian(end[1..], count);
        Put(end);
        var hash = digest.GetHashAndReset();
        to.Write(hash);
        return new(DateTimeOffset.FromUnixTimeMilliseconds(taken.ToUnixTimeMilliseconds()), (long)count, bytes + hash.Length, Convert.ToHexStringLower(hash));
    }
}
