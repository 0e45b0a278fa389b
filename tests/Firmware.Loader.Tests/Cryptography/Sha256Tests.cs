using System.Security.Cryptography;
using Fog.Firmware.Loader.Cryptography;
using Sha256 = Fog.Firmware.Loader.Cryptography.Sha256;

namespace Fog.Firmware.Loader.Tests;

/// <summary>Against the platform's.</summary>
public class Sha256Tests
{
    [Fact]
    public void Every_length_over_three_blocks_has_the_platforms_digest()
    {
        var data = Enumerable.Range(0, 200).Select(i => (byte)(i * 7)).ToArray();
        for (var length = 0; length <= data.Length; length++)
            Assert.Equal(SHA256.HashData(data[..length]), Sha256.Of(data[..length]));
    }

    [Fact]
    public void It_does_not_matter_in_what_pieces_the_data_comes()
    {
        var random = new Random(1);
        for (var round = 0; round < 200; round++)
        {
            var data = new byte[random.Next(2000)];
            random.NextBytes(data);
            var hash = new Sha256();
            for (var at = 0; at < data.Length;)
            {
                var count = Math.Min(random.Next(150), data.Length - at);
                hash.Add(data, at, count);
                at += count;
            }

            Assert.Equal(SHA256.HashData(data), hash.Finish());
        }
    }

    [Fact]
    public void It_can_be_used_again()
    {
        var hash = new Sha256();
        hash.Add([1, 2, 3], 0, 3);
        hash.Finish();
        hash.Restart();
        hash.Add([4], 0, 1);
        Assert.Equal(SHA256.HashData([4]), hash.Finish());
    }

    [Fact]
    public void An_authentication_code_is_the_platforms_for_keys_of_any_length()
    {
        var random = new Random(2);
        foreach (var keyBytes in new[] { 0, 1, 31, 32, 63, 64, 65, 200 })
        {
            var key = new byte[keyBytes];
            random.NextBytes(key);
            var code = new HmacSha256(key);
            for (var length = 0; length < 300; length += 37)
            {
                var data = new byte[length];
                random.NextBytes(data);
                code.Add(data, 0, length / 2);
                code.Add(data, length / 2, length - length / 2);
                Assert.Equal(HMACSHA256.HashData(key, data), code.Finish());
            }
        }
    }
}
