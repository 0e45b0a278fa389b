using System.Numerics;
using System.Security.Cryptography;
using Fog.Firmware.Loader.Cryptography;

namespace Fog.Firmware.Loader.Tests;

/// <summary>Against the platform's RSA, and against signatures that only a careless verifier takes.</summary>
public class RsaKeyTests
{
    private static readonly Dictionary<int, RSA> s_keys = new() { [2048] = RSA.Create(2048), [3072] = RSA.Create(3072) };

    private static readonly byte[] s_digestInfo = Convert.FromHexString("3031300d060960864801650304020105000420");

    private static readonly byte[] s_digest = SHA256.HashData("a release"u8);

    public static TheoryData<int> Sizes() => [2048, 3072];

    [Theory]
    [MemberData(nameof(Sizes))]
    public void What_the_platform_signs_verifies_and_nothing_else_does(int bits)
    {
        var key = KeyOf(s_keys[bits]);
        var random = new Random(bits);
        for (int round = 0; round < 40; round++)
        {
            var digest = new byte[32];
            random.NextBytes(digest);
            byte[] signature = Sign(s_keys[bits], digest);
            Assert.True(key.Verifies(digest, signature));

            byte[] other = [.. signature];
            other[random.Next(other.Length)] ^= (byte)(1 << random.Next(8));
            Assert.False(key.Verifies(digest, other));
            digest[random.Next(32)] ^= 1;
            Assert.False(key.Verifies(digest, signature));
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void It_agrees_with_the_platform_on_fresh_keys(int bits)
    {
        for (int round = 0; round < 3; round++)
        {
            using var rsa = RSA.Create(bits);
            byte[] signature = Sign(rsa, s_digest);
            Assert.True(KeyOf(rsa).Verifies(s_digest, signature));
            Assert.False(KeyOf(s_keys[bits]).Verifies(s_digest, signature));
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void The_power_is_right_for_any_number_below_the_modulus(int bits)
    {
        var rsa = s_keys[bits];
        var key = KeyOf(rsa);
        byte[] right = Encoding(bits / 8, 0x01, s_digestInfo, s_digest);
        Assert.True(key.Verifies(s_digest, Raw(rsa, right)));
        int tail = right.Length - s_digestInfo.Length - s_digest.Length - 4;
        for (int at = 0; at < right.Length; at += at is < 4 || at >= tail ? 1 : 31)
        {
            byte[] wrong = [.. right];
            wrong[at] ^= at == 0 ? (byte)0x01 : (byte)0x80; // The first byte keeps the number below the modulus.
            Assert.False(key.Verifies(s_digest, Raw(rsa, wrong)), $"byte {at} of the encoding does not matter");
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Short_padding_with_room_behind_the_digest_is_refused(int bits)
    {
        // Bleichenbacher's forgery of 2006 needs a verifier that does not look at what follows the digest.
        int bytes = bits / 8;
        byte[] encoding = new byte[bytes];
        byte[] head = [0, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, .. s_digestInfo, .. s_digest];
        head.CopyTo(encoding, 0);
        Random.Shared.NextBytes(encoding.AsSpan(head.Length));
        Assert.False(KeyOf(s_keys[bits]).Verifies(s_digest, Raw(s_keys[bits], encoding)));
    }

    public static TheoryData<string, string> WrongDigestInfos() => new()
    {
        { "SHA-1", "3021300906052b0e03021a050004" + "14" },
        { "SHA-512", "3051300d060960864801650304020305000440" },
        { "no parameters", "302f300b0609608648016503040201" + "0420" },
        { "an octet string of another length", "3031300d06096086480165030402010500041f" },
        { "garbage in the parameters", "3033300f060960864801650304020105020000" + "0420" },
        { "none", "" },
    };

    [Theory]
    [MemberData(nameof(WrongDigestInfos))]
    public void Another_digest_info_is_refused(string what, string hex)
    {
        byte[] encoding = Encoding(256, 0x01, Convert.FromHexString(hex), s_digest);
        Assert.False(KeyOf(s_keys[2048]).Verifies(s_digest, Raw(s_keys[2048], encoding)), what);
    }

    [Theory]
    [InlineData(0x00)]
    [InlineData(0x02)]
    public void Another_block_type_is_refused(byte type) =>
        Assert.False(KeyOf(s_keys[2048]).Verifies(s_digest, Raw(s_keys[2048], Encoding(256, type, s_digestInfo, s_digest))));

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_signature_of_the_modulus_or_more_is_refused(int bits)
    {
        var rsa = s_keys[bits];
        byte[] signature = Sign(rsa, s_digest);
        byte[] n = rsa.ExportParameters(false).Modulus!;
        var more = Number(signature) + Number(n);
        if (more.GetByteCount(isUnsigned: true) <= n.Length)
            Assert.False(KeyOf(rsa).Verifies(s_digest, Bytes(more, n.Length)));
        Assert.False(KeyOf(rsa).Verifies(s_digest, n));
        Assert.False(KeyOf(rsa).Verifies(s_digest, [.. Enumerable.Repeat((byte)0xff, n.Length)]));
        Assert.False(KeyOf(rsa).Verifies(s_digest, new byte[n.Length]));
        Assert.False(KeyOf(rsa).Verifies(s_digest, Bytes(1, n.Length)));
    }

    [Fact]
    public void Lengths_that_are_none_are_refused()
    {
        var key = KeyOf(s_keys[2048]);
        byte[] signature = Sign(s_keys[2048], s_digest);
        Assert.False(key.Verifies(s_digest, []));
        Assert.False(key.Verifies(s_digest, signature[1..]));
        Assert.False(key.Verifies(s_digest, [0, .. signature]));
        Assert.False(key.Verifies(s_digest, [.. signature, 0]));
        Assert.False(key.Verifies(s_digest[1..], signature));
        Assert.False(key.Verifies([.. s_digest, 0], signature));
    }

    [Fact]
    public void A_modulus_that_is_none_is_refused()
    {
        byte[] n = s_keys[2048].ExportParameters(false).Modulus!;
        byte[] even = [.. n];
        even[^1] &= 0xfe;
        byte[] small = [.. n];
        small[0] &= 0x7f;
        Assert.Null(RsaKey.Of(even));
        Assert.Null(RsaKey.Of(small));
        Assert.Null(RsaKey.Of([]));
        Assert.Null(RsaKey.Of(n[1..]));
        Assert.Null(RsaKey.Of([.. n, 1]));
        Assert.NotNull(RsaKey.Of(n));
    }

    [Theory]
    [InlineData(2048, 30)]
    [InlineData(3072, 29)]
    public void A_verification_costs_what_its_page_says(int bits, int products)
    {
        var key = KeyOf(s_keys[bits]);
        Assert.True(key.Verifies(s_digest, Sign(s_keys[bits], s_digest)));
        Assert.Equal(products, key.Products);
    }

    private static RsaKey KeyOf(RSA rsa) => RsaKey.Of(rsa.ExportParameters(false).Modulus!);

    private static byte[] Sign(RSA rsa, byte[] digest) => rsa.SignHash(digest, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    private static byte[] Encoding(int bytes, byte type, byte[] digestInfo, byte[] digest)
    {
        byte[] tail = [0, .. digestInfo, .. digest];
        return [0, type, .. Enumerable.Repeat((byte)0xff, bytes - 2 - tail.Length), .. tail];
    }

    /// <summary>The private operation alone: a signature whose encoding is whatever the test wants.</summary>
    private static byte[] Raw(RSA rsa, byte[] encoding)
    {
        var key = rsa.ExportParameters(true);
        return Bytes(BigInteger.ModPow(Number(encoding), Number(key.D!), Number(key.Modulus!)), encoding.Length);
    }

    private static BigInteger Number(byte[] bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    private static byte[] Bytes(BigInteger number, int length)
    {
        byte[] bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[length - bytes.Length], .. bytes];
    }
}
