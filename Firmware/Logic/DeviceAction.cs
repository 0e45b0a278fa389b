namespace Fog.Firmware.Logic
{
    /// <summary>What the agent asks of the platform.</summary>
    public enum DeviceActionKind
    {
        /// <summary>Associate, connect to the broker (persistent session, last will); answer Connected or ConnectFailed.</summary>
        Connect,
        Subscribe,
        Unsubscribe,

        /// <summary>QoS 1; answer Published when the broker has acknowledged it.</summary>
        Publish,

        /// <summary>Send Timer at that time; replaces the timer set before.</summary>
        SetTimer,

        /// <summary>Call <see cref="Agent.RunSlice"/>, then answer SliceDone.</summary>
        RunSlice,

        /// <summary>Keep these bytes over deep sleep and crashes, in place of those before.</summary>
        Persist,

        /// <summary>Disconnect gracefully and sleep; the next wake is a new <see cref="Agent"/>.</summary>
        Sleep,
    }

    /// <summary>One action, with the fields that its kind has. Carried out in order.</summary>
    public sealed class DeviceAction
    {
        public readonly DeviceActionKind Kind;

        /// <summary>Subscribe, Unsubscribe, Publish.</summary>
        public string Topic;

        /// <summary>Publish: the message. Persist: the state.</summary>
        public byte[] Payload;

        /// <summary>Publish: counts up over a wake.</summary>
        public int PublishId;

        /// <summary>SetTimer: by the clock that <see cref="Agent.Handle"/> is given.</summary>
        public long AtMicros;

        /// <summary>Sleep.</summary>
        public uint SleepMillis;

        internal DeviceAction(DeviceActionKind kind)
        {
            Kind = kind;
        }
    }
}
