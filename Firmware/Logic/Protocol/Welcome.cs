using Fog.Firmware.Loader.Wire;

namespace Fog.Firmware.Logic.Protocol
{
    /// <summary>0x81: the fog's answer to <see cref="Hello"/>.</summary>
    public sealed class Welcome
    {
        public byte[] FogNonce;
        public long SiteTimeMillis;
        public uint SleepMillis;
        public uint AwakeLimitMillis;

        /// <summary>Empty while not assigned.</summary>
        public string Cluster;

        public uint Term;
        public bool Leader;

        /// <summary>Messages that follow at once.</summary>
        public int BatchCount;

        /// <summary>Null when malformed.</summary>
        public static Welcome Read(WireReader reader)
        {
            Welcome welcome = new Welcome();
            welcome.FogNonce = reader.Raw(ProtocolLimits.NonceBytes);
            welcome.SiteTimeMillis = reader.U64();
            welcome.SleepMillis = reader.U32();
            welcome.AwakeLimitMillis = reader.U32();
            welcome.Cluster = reader.NameOrEmpty();
            welcome.Term = reader.U32();
            int leader = reader.U8();
            if (leader > 1 || (leader == 1 && welcome.Cluster.Length == 0))
            {
                reader.Reject();
            }

            welcome.Leader = leader == 1;
            welcome.BatchCount = reader.U16();
            return reader.EndedWell ? welcome : null;
        }
    }
}
