using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Fog.Grains.Interfaces.Ids;

namespace Fog.Grains.Nodes;

/// <summary>Tags and keys of a session (docs/protocol.md, "Envelope" and "Session").</summary>
internal static class SessionKey
{
    public const int DeviceKeyBytes = 32;
    public const int NonceBytes = 16;
    private const int TagBytes = 16;
    private const byte ProtocolVersion = 1;

    /// <summary>Whether <paramref name="tag"/> is the first 16 bytes of HMAC-SHA256(key, authenticated). Takes the same time wherever they differ.</summary>
    public static bool IsTagged(ReadOnlySpan<byte> key, ReadOnlySpan<byte> authenticated, ReadOnlySpan<byte> tag)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, authenticated, hash);
        return CryptographicOperations.FixedTimeEquals(hash[..TagBytes], tag);
    }

    /// <summary>HMAC-SHA256(device key, version ‖ name site ‖ name node ‖ device nonce ‖ fog nonce); a name is its length in a byte, then ASCII.</summary>
    public static ImmutableArray<byte> Derive(ReadOnlySpan<byte> deviceKey, NodeId node, ReadOnlySpan<byte> deviceNonce, ReadOnlySpan<byte> fogNonce) =>
    [
        .. HMACSHA256.HashData(
            deviceKey,
            [ProtocolVersion, .. Name(node.Site), .. Name(node.Name), .. deviceNonce, .. fogNonce]),
    ];

    private static byte[] Name(string name) => [(byte)name.Length, .. Encoding.ASCII.GetBytes(name)];
}
