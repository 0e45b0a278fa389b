using Fog.Firmware.Loader.Cryptography;
using Fog.Firmware.Loader.Wire;

namespace Fog.Firmware.Loader.Identity
{
    /// <summary>What a device is given to become a node of a site: one line, short enough to be typed or scanned (docs/protocol.md, "Claim").</summary>
    public sealed class Claim
    {
        public const int CharactersMax = 256;
        private const int KeyBytes = 32;
        private const int CheckBytes = 4;
        private const int Parts = 7;

        public readonly string Host;
        public readonly int Port;
        public readonly bool IsTls;
        public readonly string Site;
        public readonly string Node;

        /// <summary>The device key. Never logged.</summary>
        public readonly byte[] Key;

        private Claim(string host, int port, bool isTls, string site, string node, byte[] key)
        {
            Host = host;
            Port = port;
            IsTls = isTls;
            Site = site;
            Node = node;
            Key = key;
        }

        /// <summary>Reads a claim in either case; null: it is none, or was copied wrongly.</summary>
        public static Claim Parse(string text)
        {
            if (text == null || text.Length > CharactersMax)
            {
                return null;
            }

            string[] parts = Split(text, '/');
            if (parts == null || parts[0] != "fog1" || (parts[1] != "mqtt" && parts[1] != "mqtts") || !IsWhole(text, parts[6]))
            {
                return null;
            }

            int colon = parts[2].Length - 1;
            while (colon > 0 && parts[2][colon] != ':')
            {
                colon--;
            }

            int port = colon > 0 ? Port16(parts[2], colon + 1) : 0;
            byte[] key = parts[5].Length == 2 * KeyBytes ? Hexadecimal.Bytes(parts[5]) : null;
            return port > 0 && key != null && Ascii.IsName(parts[3]) && Ascii.IsName(parts[4])
                ? new Claim(Part(parts[2], 0, colon), port, parts[1] == "mqtts", parts[3], parts[4], key)
                : null;
        }

        /// <summary>Lower-case parts; null: not so many, or not ASCII.</summary>
        private static string[] Split(string text, char separator)
        {
            string[] parts = new string[Parts];
            int count = 0;
            int start = 0;
            for (int i = 0; i <= text.Length; i++)
            {
                if (i < text.Length && (text[i] <= ' ' || text[i] > '~'))
                {
                    return null;
                }

                if (i < text.Length && text[i] != separator)
                {
                    continue;
                }

                if (count == Parts)
                {
                    return null;
                }

                parts[count++] = Part(text, start, i);
                start = i + 1;
            }

            return count == Parts ? parts : null;
        }

        private static string Part(string text, int start, int end)
        {
            char[] part = new char[end - start];
            for (int i = start; i < end; i++)
            {
                char c = text[i];
                part[i - start] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
            }

            return new string(part);
        }

        /// <summary>Whether the check is the one of all that comes before it, as it is printed: in capitals.</summary>
        private static bool IsWhole(string text, string check)
        {
            byte[] covered = new byte[text.Length - check.Length - 1];
            for (int i = 0; i < covered.Length; i++)
            {
                char c = text[i];
                covered[i] = (byte)(c >= 'a' && c <= 'z' ? c - 32 : c);
            }

            return check == Hexadecimal.Of(Sha256.Of(covered), CheckBytes);
        }

        /// <summary>0: no port.</summary>
        private static int Port16(string text, int start)
        {
            int port = 0;
            for (int i = start; i < text.Length; i++)
            {
                int digit = text[i] - '0';
                if (digit < 0 || digit > 9 || port > 6553)
                {
                    return 0;
                }

                port = port * 10 + digit;
            }

            return port <= 65535 ? port : 0;
        }
    }
}
