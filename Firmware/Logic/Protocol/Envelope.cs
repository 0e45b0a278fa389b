using Fog.Firmware.Loader.Cryptography;
using Fog.Firmware.Loader.Wire;

namespace Fog.Firmware.Logic.Protocol
{
    /// <summary>What surrounds every body.</summary>
    /// <remarks>
    /// <code>
    /// +---------+------+------------+--------+---------+
    /// | version | type | sequence   | body   | tag     |
    /// | 1       | 1    | 4          | n      | 16      |
    /// +---------+------+------------+--------+---------+
    /// tag = first 16 bytes of HMAC-SHA256(key, all before it ‖ topic)
    /// </code>
    /// </remarks>
    public static class Envelope
    {
        /// <summary>A writer that stands at the body.</summary>
        public static WireWriter Begin(byte type, uint sequence, int bodyBytes)
        {
            WireWriter writer = new WireWriter(ProtocolLimits.MessageBytesMin + bodyBytes);
            writer.U8(ProtocolLimits.Version);
            writer.U8(type);
            writer.U32(sequence);
            return writer;
        }

        public static byte[] Seal(WireWriter writer, HmacSha256 key, string topic)
        {
            byte[] untagged = writer.ToArray();
            writer.Raw(Code(untagged, untagged.Length, key, topic), 0, ProtocolLimits.TagBytes);
            return writer.ToArray();
        }

        public static bool IsWholeAndOfThisVersion(byte[] message)
        {
            return message.Length >= ProtocolLimits.MessageBytesMin
                && message.Length <= ProtocolLimits.MessageBytesMax
                && message[0] == ProtocolLimits.Version;
        }

        public static byte TypeOf(byte[] message)
        {
            return message[1];
        }

        public static uint SequenceOf(byte[] message)
        {
            return new WireReader(message, 2, 4).U32();
        }

        public static WireReader BodyOf(byte[] message)
        {
            return new WireReader(message, ProtocolLimits.HeaderBytes, message.Length - ProtocolLimits.MessageBytesMin);
        }

        /// <summary>Compares in a time that does not depend on where the tags differ.</summary>
        public static bool HasTagOf(byte[] message, HmacSha256 key, string topic)
        {
            int untaggedBytes = message.Length - ProtocolLimits.TagBytes;
            byte[] code = Code(message, untaggedBytes, key, topic);
            int difference = 0;
            for (int i = 0; i < ProtocolLimits.TagBytes; i++)
            {
                difference |= code[i] ^ message[untaggedBytes + i];
            }

            return difference == 0;
        }

        private static byte[] Code(byte[] message, int untaggedBytes, HmacSha256 key, string topic)
        {
            byte[] topicBytes = Ascii.Bytes(topic);
            key.Restart();
            key.Add(message, 0, untaggedBytes);
            key.Add(topicBytes, 0, topicBytes.Length);
            return key.Finish();
        }
    }
}
