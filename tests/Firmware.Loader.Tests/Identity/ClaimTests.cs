using System;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Text.Json;
using Fog.Firmware.Loader.Identity;
using Xunit;

namespace Fog.Firmware.Loader.Tests.Identity;

public class ClaimTests
{
    private static readonly JsonElement[] Cases = [.. JsonDocument.Parse(File.ReadAllText(Path.Combine(
        typeof(ClaimTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "VectorsFolder").Value!, "claims", "claims.json"))).RootElement.EnumerateArray()];

    [Fact]
    public void Golden_claims_are_read_in_either_case()
    {
        Assert.NotEmpty(Cases);
        foreach (var expected in Cases)
        {
            foreach (string text in (string[])[Text(expected, "claim"), Text(expected, "claim").ToLowerInvariant()])
            {
                var claim = Claim.Parse(text);
                Assert.Equal(
                    (Text(expected, "host"), expected.GetProperty("port").GetInt32(), expected.GetProperty("tls").GetBoolean(), Text(expected, "site"), Text(expected, "node"), Text(expected, "key")),
                    (claim.Host, claim.Port, claim.IsTls, claim.Site, claim.Node, Convert.ToHexStringLower(claim.Key)));
                Assert.Equal(Text(expected, "clientId"), BrokerSecret.ClientId(claim.Site, claim.Node));
                Assert.Equal(Text(expected, "password"), BrokerSecret.Password(claim.Key, claim.Site, claim.Node));
            }
        }
    }

    [Fact]
    public void No_single_wrong_missing_or_doubled_character_goes_unnoticed()
    {
        string text = Text(Cases[0], "claim");
        for (int i = 0; i < text.Length; i++)
        {
            Assert.Null(Claim.Parse(text.Remove(i, 1)));
            Assert.Null(Claim.Parse(text.Insert(i, text[i].ToString())));
            Assert.Null(Claim.Parse($"{text[..i]}{(text[i] == '0' ? '1' : '0')}{text[(i + 1)..]}"));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("//////")]
    [InlineData("fog1/mqtt/host/home/esp-1/00/00000000")]
    [InlineData("fog1 mqtt")]
    public void Anything_else_is_none(string text) => Assert.Null(Claim.Parse(text));

    [Fact]
    public void A_text_without_end_is_none() => Assert.Null(Claim.Parse(new string('/', 100_000)));

    private static string Text(JsonElement expected, string name) => expected.GetProperty(name).GetString()!;
}
