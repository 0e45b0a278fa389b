using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Fog.Grains.Secrets;

/// <summary>Seals secrets for storage under AES-256-GCM, each for the one record that it belongs to.</summary>
/// <remarks>
/// <code>
/// u8 version, 1 | 4 B id of the master key | 12 B nonce, random | ciphertext | 16 B tag
/// </code>
/// Associated data: version, key id, and the owner's name in UTF-8; so what is sealed for one record opens in no other.
/// </remarks>
public sealed class Vault(KeyRing keys, IRandomSource random)
{
    private const byte Version = 1;
    private const int HeaderBytes = 1 + MasterKey.IdBytes, NonceBytes = 12, TagBytes = 16;

    /// <summary>Id of the key that secrets are sealed under now.</summary>
    public string CurrentKey => keys.Current.Id;

    /// <param name="owner">What the secret is, and whose.</param>
    public ImmutableArray<byte> Seal(ReadOnlySpan<byte> secret, string owner)
    {
        var sealedBytes = new byte[HeaderBytes + NonceBytes + secret.Length + TagBytes];
        var whole = sealedBytes.AsSpan();
        whole[0] = Version;
        Convert.FromHexString(keys.Current.Id, whole[1..HeaderBytes], out _, out _);
        var nonce = whole.Slice(HeaderBytes, NonceBytes);
        random.Fill(nonce);
        using var cipher = new AesGcm(keys.Current.Key, TagBytes);
        cipher.Encrypt(nonce, secret, whole[(HeaderBytes + NonceBytes)..^TagBytes], whole[^TagBytes..], Associated(whole, owner));
        return ImmutableCollectionsMarshal.AsImmutableArray(sealedBytes);
    }

    /// <exception cref="UnreadableSecretException">Its key is not in the ring, or it is not what was sealed for this owner.</exception>
    public byte[] Open(ReadOnlySpan<byte> sealedBytes, string owner)
    {
        if (sealedBytes.Length < HeaderBytes + NonceBytes + TagBytes || sealedBytes[0] != Version)
        {
            throw new UnreadableSecretException($"The {owner} is stored in a form that this version does not know: run the version that stored it, or a later one.");
        }

        string id = KeyOf(sealedBytes);
        var key = keys.Find(id)
            ?? throw new UnreadableSecretException($"The {owner} is sealed under the master key {id}, which is not in the key file: put that key back.");
        var secret = new byte[sealedBytes.Length - HeaderBytes - NonceBytes - TagBytes];
        using var cipher = new AesGcm(key.Key, TagBytes);
        try
        {
            cipher.Decrypt(sealedBytes.Slice(HeaderBytes, NonceBytes), sealedBytes[(HeaderBytes + NonceBytes)..^TagBytes], sealedBytes[^TagBytes..], secret, Associated(sealedBytes, owner));
            return secret;
        }
        catch (AuthenticationTagMismatchException changed)
        {
            throw new UnreadableSecretException($"The {owner} is not as it was sealed: somebody changed the stored state, or put it there from another record.", changed);
        }
    }

    /// <summary>Not: it is to be sealed anew, so that an old key can be given up.</summary>
    public bool IsCurrent(ReadOnlySpan<byte> sealedBytes) => sealedBytes.Length > HeaderBytes && KeyOf(sealedBytes) == keys.Current.Id;

    private static string KeyOf(ReadOnlySpan<byte> sealedBytes) => Convert.ToHexStringLower(sealedBytes[1..HeaderBytes]);

    private static byte[] Associated(ReadOnlySpan<byte> sealedBytes, string owner) => [.. sealedBytes[..HeaderBytes], .. Encoding.UTF8.GetBytes(owner)];
}

/// <summary>A stored secret does not open; the message names it and what to do, and shows nothing of it.</summary>
public sealed class UnreadableSecretException(string message, Exception? cause = null) : Exception(message, cause);
