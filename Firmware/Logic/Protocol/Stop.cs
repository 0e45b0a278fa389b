using Fog.Firmware.Loader.Wire;

namespace Fog.Firmware.Logic.Protocol
{
    /// <summary>0x84: the task is not wanted any more, nor its result.</summary>
    public sealed class Stop
    {
        public byte[] TaskId;

        /// <summary>Null when malformed.</summary>
        public static Stop Read(WireReader reader)
        {
            Stop stop = new Stop();
            stop.TaskId = reader.Raw(ProtocolLimits.TaskIdBytes);
            return reader.EndedWell ? stop : null;
        }
    }
}
