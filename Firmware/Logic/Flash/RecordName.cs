namespace Fog.Firmware.Logic.Flash
{
    /// <summary>Names of flash records: a letter and 16 bytes in hexadecimal.</summary>
    internal static class RecordName
    {
        public const char Blob = 'b';
        public const char Result = 'r';

        private const string Digits = "0123456789abcdef";
        private const int Bytes = 16;

        public static string Of(char kind, byte[] id)
        {
            char[] name = new char[1 + (2 * Bytes)];
            name[0] = kind;
            for (int i = 0; i < Bytes; i++)
            {
                name[1 + (2 * i)] = Digits[id[i] >> 4];
                name[2 + (2 * i)] = Digits[id[i] & 15];
            }

            return new string(name);
        }
    }
}
