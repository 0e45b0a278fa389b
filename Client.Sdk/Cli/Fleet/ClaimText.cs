using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Fog.Client.Sdk.Cli.Fleet;

/// <summary>Writes what a device needs to become a node of a site as one line, in the characters of a QR code's alphanumeric mode (docs/protocol.md, "Claim").</summary>
internal static class ClaimText
{
    /// <summary>Hexadecimal digits of the check.</summary>
    private const int CheckDigits = 8;

    public static string Of(Enrolment device, DnsEndPoint broker, bool tls = false)
    {
        string host = broker.Host.Contains(':') && broker.Host[0] != '[' ? $"[{broker.Host}]" : broker.Host;
        string key = Convert.ToHexString(Convert.FromBase64String(device.Key));
        string covered = $"fog1/{(tls ? "mqtts" : "mqtt")}/{host}:{broker.Port}/{device.Site}/{device.Name}/{key}".ToUpperInvariant();
        return $"{covered}/{Convert.ToHexString(SHA256.HashData(Encoding.ASCII.GetBytes(covered)))[..CheckDigits]}";
    }
}
