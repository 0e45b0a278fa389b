using Fog.Firmware.Loader.Cryptography;
using Fog.Firmware.Loader.Wire;

namespace Fog.Firmware.Loader.Identity
{
    /// <summary>What a device shows to its broker in place of its key (docs/protocol.md, "Credentials").</summary>
    public static class BrokerSecret
    {
        /// <summary>User name and client id.</summary>
        public static string ClientId(string site, string node)
        {
            return site + "." + node;
        }

        public static string Password(byte[] deviceKey, string site, string node)
        {
            byte[] purpose = Ascii.Bytes("fog-mqtt-1 " + site + "/" + node);
            HmacSha256 code = new HmacSha256(deviceKey);
            code.Add(purpose, 0, purpose.Length);
            return Hexadecimal.Of(code.Finish(), 32);
        }
    }
}
