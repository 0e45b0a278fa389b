using Fog.Firmware.Loader.Cryptography;
using Fog.Firmware.Loader.Wire;
using Fog.Firmware.Logic.Protocol;

namespace Fog.Firmware.Logic.Sessions
{
    /// <summary>One session: nonces, key, and the sequence numbers of both directions (docs/protocol.md, "Session").</summary>
    public sealed class Session
    {
        private readonly DeviceConfig config;
        private readonly HmacSha256 deviceKey;
        private readonly string upTopic;
        private readonly string downTopic;
        private readonly SequenceWindow received = new SequenceWindow();
        private byte[] deviceNonce;
        private HmacSha256 sessionKey;
        private uint nextSequence;

        public Session(DeviceConfig config)
        {
            this.config = config;
            deviceKey = new HmacSha256(config.Key);
            upTopic = Topics.Up(config.Site, config.Node);
            downTopic = Topics.Down(config.Site, config.Node);
        }

        public bool IsOpen
        {
            get { return sessionKey != null; }
        }

        /// <summary>Only a <c>welcome</c> that answers this <c>hello</c>, not an earlier one, opens the session.</summary>
        public byte[] SealHello(Hello hello)
        {
            deviceNonce = hello.DeviceNonce;
            WireWriter writer = Envelope.Begin(MessageType.Hello, 0, 52 + (hello.CachedImages.Length * ProtocolLimits.DigestBytes));
            hello.Write(writer);
            return Envelope.Seal(writer, deviceKey, upTopic);
        }

        /// <summary>Null, with the reason, when it is not the answer to the last <c>hello</c>.</summary>
        public Welcome Open(byte[] message, out DropReason reason)
        {
            reason = DropReason.WrongTag;
            if (message.Length < ProtocolLimits.MessageBytesMin + ProtocolLimits.NonceBytes)
            {
                return null;
            }

            HmacSha256 key = new HmacSha256(MakeKey(message));
            if (!Envelope.HasTagOf(message, key, downTopic))
            {
                return null;
            }

            Welcome welcome = Welcome.Read(Envelope.BodyOf(message));
            if (welcome == null || Envelope.SequenceOf(message) != 0)
            {
                reason = DropReason.Malformed;
                return null;
            }

            reason = DropReason.None;
            sessionKey = key;
            received.Accept(0);
            return welcome;
        }

        public WireWriter Begin(byte type, int bodyBytes)
        {
            return Envelope.Begin(type, nextSequence++, bodyBytes);
        }

        public byte[] Seal(WireWriter writer)
        {
            return Envelope.Seal(writer, sessionKey, upTopic);
        }

        /// <summary>Checks tag, then sequence number: what an outsider sends uses up no number.</summary>
        public DropReason Check(string topic, byte[] message)
        {
            if (!IsOpen || !Envelope.HasTagOf(message, sessionKey, topic))
            {
                return DropReason.WrongTag;
            }

            return received.Accept(Envelope.SequenceOf(message)) ? DropReason.None : DropReason.Replayed;
        }

        // HMAC-SHA256(device key, 0x01 ‖ name site ‖ name node ‖ device nonce ‖ fog nonce)
        private byte[] MakeKey(byte[] message)
        {
            WireWriter writer = new WireWriter(100);
            writer.U8(ProtocolLimits.Version);
            writer.Name(config.Site);
            writer.Name(config.Node);
            writer.Raw(deviceNonce);
            writer.Raw(message, ProtocolLimits.HeaderBytes, ProtocolLimits.NonceBytes);
            byte[] material = writer.ToArray();
            deviceKey.Add(material, 0, material.Length);
            return deviceKey.Finish();
        }
    }
}
