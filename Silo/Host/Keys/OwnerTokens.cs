using System.Security.Cryptography;
using System.Text;
using Fog.Grains.Secrets;
using Fog.Silo.Gateway.Callers;

namespace Fog.Silo.Host.Keys;

/// <summary>The token of whoever may read the silo's master keys: it needs not be issued, and cannot be revoked but by a rotation.</summary>
public static class OwnerTokens
{
    public static string Of(KeyRing keys, string site) => "fogo_" + Convert.ToHexStringLower(keys.Current.Derive($"fog owner token 1 {site}"));

    internal static OwnerToken Check(KeyRing keys, string site) => new([.. SHA256.HashData(Encoding.ASCII.GetBytes(Of(keys, site)))]);
}
