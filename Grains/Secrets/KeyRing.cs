using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Fog.Grains.Secrets;

/// <summary>A key that secrets are sealed under. Its text form shows its id only.</summary>
public sealed class MasterKey
{
    public const int Bytes = 32;
    internal const int IdBytes = 4;

    private readonly byte[] _key;

    /// <exception cref="ArgumentException">Not 32 bytes.</exception>
    public MasterKey(ReadOnlySpan<byte> key)
    {
        if (key.Length != Bytes)
        {
            throw new ArgumentException($"A master key has {Bytes} bytes.", nameof(key));
        }

        _key = key.ToArray();
        Id = Convert.ToHexStringLower(SHA256.HashData([.. "fog master key "u8, .. key]).AsSpan(0, IdBytes));
    }

    /// <summary>Follows from the key, so that another key cannot go by it: eight hexadecimal digits.</summary>
    public string Id { get; }

    internal ReadOnlySpan<byte> Key => _key;

    /// <summary>Another secret that only who has the key can make, and that does not give it away.</summary>
    public byte[] Derive(string purpose) => HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(purpose));

    public override string ToString() => Id;
}

/// <summary>The master keys of a silo: new secrets are sealed under the last one, the others open what was sealed before.</summary>
public sealed class KeyRing
{
    /// <summary>Keys of one ring. Ours: more rotations than anybody keeps backups of.</summary>
    public const int KeysMax = 16;

    private readonly ImmutableDictionary<string, MasterKey> _keys;

    /// <exception cref="ArgumentException">No key, or too many.</exception>
    public KeyRing(params ImmutableArray<MasterKey> keys)
    {
        if (keys.Length is 0 or > KeysMax)
        {
            throw new ArgumentException($"A key ring has 1 to {KeysMax} keys.", nameof(keys));
        }

        Current = keys[^1];
        _keys = keys.ToImmutableDictionary(static key => key.Id, StringComparer.Ordinal);
        Ids = [.. keys.Select(static key => key.Id)];
    }

    public MasterKey Current { get; }

    public ImmutableArray<string> Ids { get; }

    /// <summary>For state that ends with the process.</summary>
    public static KeyRing Fresh(IRandomSource random)
    {
        var key = new byte[MasterKey.Bytes];
        random.Fill(key);
        return new KeyRing(new MasterKey(key));
    }

    internal MasterKey? Find(string id) => _keys.GetValueOrDefault(id);
}
