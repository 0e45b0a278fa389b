using Fog.Firmware.Loader.Wire;

namespace Fog.Firmware.Logic.Protocol
{
    /// <summary>0x83: the result of a task has arrived.</summary>
    public sealed class Accepted
    {
        public byte[] TaskId;

        /// <summary>The vote is recorded; the value must stay until it is fetched or dropped.</summary>
        public bool Keep;

        /// <summary>Null when malformed.</summary>
        public static Accepted Read(WireReader reader)
        {
            Accepted accepted = new Accepted();
            accepted.TaskId = reader.Raw(ProtocolLimits.TaskIdBytes);
            int keep = reader.U8();
            if (keep > 1)
            {
                reader.Reject();
            }

            accepted.Keep = keep == 1;
            return reader.EndedWell ? accepted : null;
        }
    }
}
