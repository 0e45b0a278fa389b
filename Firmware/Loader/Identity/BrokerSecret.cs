using Fog.Firmware.Loader.Cryptography;
using Fog.Firmware.Loader.Wire;

namespace Fog.Firmware.Loader.Identity
{
    /// <summary>What a device shows to its broker in place of its key (docs/protocol.md, "Credentials").</summary>
    public static class BrokerSecret
    {
        private const string Digits = "0123456789abcdef";

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
            return Hex(code.Finish(), 32);
        }

        /// <summary>The first bytes in lower-case digits.</summary>
        internal static string Hex(byte[] bytes, int count)
        {
            char[] text = new char[2 * count];
            for (int i = 0; i < count; i++)
            {
                text[2 * i] = Digits[bytes[i] >> 4];
                text[2 * i + 1] = Digits[bytes[i] & 15];
            }

            return new string(text);
        }
    }
}
