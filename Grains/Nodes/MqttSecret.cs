using System.Security.Cryptography;
using System.Text;
using Fog.Grains.Interfaces.Ids;

namespace Fog.Grains.Nodes;

/// <summary>What a device shows to a broker instead of its key (docs/protocol.md, "Credentials").</summary>
internal static class MqttSecret
{
    public static byte[] Of(ReadOnlySpan<byte> deviceKey, NodeId node) => HMACSHA256.HashData(deviceKey, Encoding.ASCII.GetBytes($"fog-mqtt-1 {node}"));
}
