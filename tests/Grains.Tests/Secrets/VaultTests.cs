using System.Security.Cryptography;
using Fog.Grains.Secrets;

namespace Fog.Grains.Tests.Secrets;

public class VaultTests
{
    private const string Owner = "device key of lab/esp-1";

    private static readonly byte[] s_secret = SHA256.HashData("the secret"u8);
    private static readonly MasterKey s_old = new(SHA256.HashData("old"u8)), s_new = new(SHA256.HashData("new"u8));

    private static Vault Of(params MasterKey[] keys) => new(new KeyRing([.. keys]), new Random());

    [Fact]
    public void What_is_sealed_opens_and_shows_nothing()
    {
        var vault = Of(s_old);
        var first = vault.Seal(s_secret, Owner);
        Assert.Equal(s_secret, vault.Open(first.AsSpan(), Owner));
        Assert.Equal(-1, first.AsSpan().IndexOf(s_secret.AsSpan(0, 8)));
        Assert.NotEqual(first.AsEnumerable(), vault.Seal(s_secret, Owner).AsEnumerable()); // Another nonce.
    }

    [Fact]
    public void What_is_sealed_for_one_record_opens_in_no_other()
    {
        var vault = Of(s_old);
        var failure = Assert.Throws<UnreadableSecretException>(() => vault.Open(vault.Seal(s_secret, Owner).AsSpan(), "device key of lab/esp-2"));
        Assert.Contains("from another record", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_changed_byte_is_taken()
    {
        var vault = Of(s_old);
        var sealedBytes = vault.Seal(s_secret, Owner).ToArray();
        for (int i = 0; i < sealedBytes.Length; i++)
        {
            sealedBytes[i] ^= 1;
            Assert.Throws<UnreadableSecretException>(() => vault.Open(sealedBytes, Owner));
            sealedBytes[i] ^= 1;
        }

        for (int length = 0; length < sealedBytes.Length; length++)
        {
            Assert.Throws<UnreadableSecretException>(() => vault.Open(sealedBytes.AsSpan(0, length), Owner));
        }
    }

    [Fact]
    public void After_a_rotation_old_secrets_open_and_new_ones_have_the_new_key()
    {
        var before = Of(s_old).Seal(s_secret, Owner);
        var vault = Of(s_old, s_new);
        Assert.False(vault.IsCurrent(before.AsSpan()));
        var after = vault.Seal(vault.Open(before.AsSpan(), Owner), Owner);
        Assert.True(vault.IsCurrent(after.AsSpan()));
        Assert.Equal(s_secret, Of(s_new).Open(after.AsSpan(), Owner));
        Assert.Contains($"master key {s_old.Id}", Assert.Throws<UnreadableSecretException>(() => Of(s_new).Open(before.AsSpan(), Owner)).Message, StringComparison.Ordinal);
    }

    private sealed class Random : IRandomSource
    {
        public void Fill(Span<byte> bytes) => RandomNumberGenerator.Fill(bytes);
    }
}
