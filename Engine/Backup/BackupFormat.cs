using Fog.Engine.Storage;

namespace Fog.Engine.Backup;

/// <summary>A silo's state as a file that no engine owns: what each record says, not how a store keeps it.</summary>
/// <remarks>
/// <code>
/// header  8 B "fogback\n" | u32 version | u64 taken, milliseconds since 1970
/// record  u8 kind, not 0 | u8 format | u16 grain length | u16 name length | u32 body length | grain, UTF-8 | name, UTF-8 | body
/// …
/// end     u8 0 | u64 number of records | 32 B SHA-256 of everything before
/// </code>
/// Integers are little-endian. Nothing follows the end. docs/durability.md says the same.
/// </remarks>
internal static class BackupFormat
{
    internal const uint Version = 1;

    internal const int HeaderBytes = 8 + 4 + 8, RecordHeaderBytes = 1 + 1 + 2 + 2 + 4, DigestBytes = 32;

    internal static ReadOnlySpan<byte> Magic => "fogback\n"u8;
}

/// <summary>One record of a backup.</summary>
/// <param name="Grain">The grain's id as text: type, slash, key.</param>
/// <param name="Name">The state's or reminder's name.</param>
/// <param name="Format">How <paramref name="Body"/> is encoded, <see cref="RecordFormat"/>.</param>
public readonly record struct BackupRecord(RecordKind Kind, string Grain, string Name, int Format, byte[] Body);

/// <param name="Taken">When.</param>
/// <param name="Sha256">Of everything before it, lower-case hexadecimal.</param>
public sealed record BackupSummary(DateTimeOffset Taken, long Records, long Bytes, string Sha256);

/// <summary>A backup that cannot be used as it is; the message names it, and what to do.</summary>
public sealed class UnusableBackupException(string message, Exception? cause = null) : Exception(message, cause);
