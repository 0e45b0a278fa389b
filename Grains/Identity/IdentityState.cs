using System.Collections.Immutable;
using Fog.Grains.Interfaces.Identity;

namespace Fog.Grains.Identity;

[GenerateSerializer, Immutable, Alias("fog.IdentityState")]
public sealed record IdentityState
{
    /// <summary>Version of this shape in storage.</summary>
    [Id(0)]
    public int Schema { get; init; } = 1;

    /// <summary>Names of devices, in order.</summary>
    [Id(1)]
    public ImmutableSortedSet<string> Enrolled { get; init; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    [Id(2)]
    public ImmutableSortedSet<string> Revoked { get; init; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    [Id(3)]
    public ImmutableArray<TokenRecord> Tokens { get; init; } = [];

    /// <summary>Ids of the master keys that something may be sealed under.</summary>
    [Id(4)]
    public ImmutableArray<string> Keys { get; init; } = [];
}

/// <param name="Hash">SHA-256 of the token: 256 random bits need no slower hash.</param>
[GenerateSerializer, Immutable, Alias("fog.TokenRecord")]
public sealed record TokenRecord(string Name, ImmutableArray<byte> Hash, DateTimeOffset IssuedAt)
{
    internal TokenView View => new(Name, IssuedAt);
}
