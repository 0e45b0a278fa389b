using System.Net;
using System.Reflection;
using System.Text.Json;
using Fog.Client.Sdk.Cli.Fleet;

namespace Fog.Client.Sdk.Tests.Cli;

/// <summary>The claims that <c>fog enroll</c> writes are those that devices read (tests/Firmware.Loader.Tests).</summary>
public class ClaimTextTests
{
    [Fact]
    public void Golden_claims_are_written()
    {
        string file = Path.Combine(
            typeof(ClaimTextTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == "VectorsFolder").Value!, "claims", "claims.json");
        var cases = JsonElement.Parse(File.ReadAllText(file)).EnumerateArray().ToArray();
        Assert.NotEmpty(cases);
        foreach (var claim in cases)
        {
            var device = new Enrolment(Text(claim, "site"), Text(claim, "node"), Convert.ToBase64String(Convert.FromHexString(Text(claim, "key"))));
            int port = claim.GetProperty("port").GetInt32();
            bool tls = claim.GetProperty("tls").GetBoolean();
            Assert.Equal(Text(claim, "claim"), ClaimText.Of(device, new DnsEndPoint(Text(claim, "host"), port), tls));
            Assert.Equal(Text(claim, "claim"), ClaimText.Of(device, new DnsEndPoint(Text(claim, "host").Trim('[', ']'), port), tls));
        }
    }

    private static string Text(JsonElement claim, string name) => claim.GetProperty(name).GetString()!;
}
