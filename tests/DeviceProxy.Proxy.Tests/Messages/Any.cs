using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Fog.Grains.Interfaces.Ids;

namespace Fog.DeviceProxy.Proxy.Tests.Messages;

/// <summary>Generators of field values over their whole ranges.</summary>
internal static class Any
{
    public static readonly Gen<byte> U8 = Gen.Choose(0, 255).Select(v => (byte)v);

    public static readonly Gen<long> U63 = Bits(63);

    public static readonly Gen<uint> U32 = Bits(32).Select(v => (uint)v);

    public static readonly Gen<TimeSpan> Interval = Bits(45).Select(us => new TimeSpan(us * TimeSpan.TicksPerMicrosecond));

    public static readonly Gen<DateTimeOffset> Time = Bits(47).Select(DateTimeOffset.FromUnixTimeMilliseconds);

    public static readonly Gen<Digest> Digest = Bytes(32, 32).Select(b => Grains.Interfaces.Ids.Digest.FromBytes(b.AsSpan()));

    public static readonly Gen<TaskId> Task = Bytes(16, 16).Select(b => TaskId.FromBytes(b.AsSpan()));

    /// <summary>A value that travels inline up to 1024 bytes and by its digest beyond.</summary>
    public static readonly Gen<(int Size, ImmutableArray<byte> Inline)> Sized = Gen.OneOf(
        Bytes(0, 1024).Select(b => (b.Length, b)),
        Gen.Choose(1025, 262_144).Select(size => (size, ImmutableArray<byte>.Empty)));

    public static Gen<ImmutableArray<byte>> Bytes(int min, int max) =>
        from length in Gen.Choose(min, max)
        from bytes in Gen.ArrayOf(U8, length)
        select bytes.ToImmutableArray();

    /// <summary>Numbers of up to so many bits, small ones as often as large ones.</summary>
    private static Gen<long> Bits(int count) =>
        from low in Gen.Choose(0, int.MaxValue)
        from high in Gen.Choose(int.MinValue, int.MaxValue)
        from width in Gen.Choose(0, count)
        select (((long)high << 31) ^ low) & ((1L << width) - 1);
}
