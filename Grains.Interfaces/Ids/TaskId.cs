using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Fog.Grains.Interfaces.Ids;

/// <summary>One attempt at one invocation, the same for all its seats: 16 bytes as 32 lower-case hexadecimal digits.</summary>
[GenerateSerializer, Immutable, Alias("fog.TaskId")]
public readonly record struct TaskId([property: Id(0)] string Hex)
{
    public const int ByteCount = 16;

    /// <summary>The first 16 bytes of SHA-256("tenant/key#attempt"), so that a repeated dispatch names the same work.</summary>
    public static TaskId Of(InvocationId invocation, int attempt) =>
        FromBytes(SHA256.HashData(Encoding.ASCII.GetBytes($"{invocation}#{attempt}")).AsSpan(0, ByteCount));

    public static TaskId FromBytes(ReadOnlySpan<byte> bytes) => bytes.Length == ByteCount
        ? new(Convert.ToHexStringLower(bytes))
        : throw new ArgumentException("A task id has 16 bytes.", nameof(bytes));

    public ImmutableArray<byte> ToBytes() => [.. Convert.FromHexString(Hex)];

    public override string ToString() => Hex;
}
