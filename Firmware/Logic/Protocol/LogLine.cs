using System.Text;
using Fog.Firmware.Loader.Wire;

namespace Fog.Firmware.Logic.Protocol
{
    /// <summary>0x07: a line for people.</summary>
    public sealed class LogLine
    {
        public const int Information = 1;
        public const int Warning = 2;

        /// <summary>0 debug, 1 information, 2 warning, 3 error.</summary>
        public int Level;

        /// <summary>At most 512 bytes of UTF-8; what is longer is cut between characters.</summary>
        public string Text;

        public void Write(WireWriter writer)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(Text);
            int count = bytes.Length;
            if (count > ProtocolLimits.LogBytesMax)
            {
                count = ProtocolLimits.LogBytesMax;
                while ((bytes[count] & 0xC0) == 0x80)
                {
                    count--;
                }
            }

            writer.U8(Level);
            writer.Bytes16(bytes, 0, count);
        }
    }
}
