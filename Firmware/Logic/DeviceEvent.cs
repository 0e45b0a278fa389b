using Fog.Firmware.Logic.Protocol;

namespace Fog.Firmware.Logic
{
    /// <summary>What the platform tells the agent.</summary>
    public enum DeviceEventKind
    {
        /// <summary>First event of a wake.</summary>
        Woke,
        Connected,
        ConnectFailed,

        /// <summary>The connection was lost.</summary>
        Disconnected,
        Message,

        /// <summary>The broker acknowledged a publication.</summary>
        Published,
        Timer,

        /// <summary>After <see cref="Agent.RunSlice"/>, and after the time that took.</summary>
        SliceDone,
    }

    /// <summary>One event, with the fields that its kind has.</summary>
    public sealed class DeviceEvent
    {
        public readonly DeviceEventKind Kind;

        /// <summary>Woke.</summary>
        public WakeCause Cause;

        /// <summary>Woke.</summary>
        public int BatteryMillivolts;

        /// <summary>Connected: the broker still had this device's subscriptions.</summary>
        public bool SessionPresent;

        /// <summary>Message.</summary>
        public string Topic;

        /// <summary>Message.</summary>
        public byte[] Payload;

        /// <summary>Published: <see cref="DeviceAction.PublishId"/> of the publication.</summary>
        public int PublishId;

        private DeviceEvent(DeviceEventKind kind)
        {
            Kind = kind;
        }

        public static DeviceEvent Woke(WakeCause cause, int batteryMillivolts)
        {
            DeviceEvent e = new DeviceEvent(DeviceEventKind.Woke);
            e.Cause = cause;
            e.BatteryMillivolts = batteryMillivolts;
            return e;
        }

        public static DeviceEvent Connected(bool sessionPresent)
        {
            DeviceEvent e = new DeviceEvent(DeviceEventKind.Connected);
            e.SessionPresent = sessionPresent;
            return e;
        }

        public static DeviceEvent Message(string topic, byte[] payload)
        {
            DeviceEvent e = new DeviceEvent(DeviceEventKind.Message);
            e.Topic = topic;
            e.Payload = payload;
            return e;
        }

        public static DeviceEvent Published(int publishId)
        {
            DeviceEvent e = new DeviceEvent(DeviceEventKind.Published);
            e.PublishId = publishId;
            return e;
        }

        public static DeviceEvent ConnectFailed()
        {
            return new DeviceEvent(DeviceEventKind.ConnectFailed);
        }

        public static DeviceEvent Disconnected()
        {
            return new DeviceEvent(DeviceEventKind.Disconnected);
        }

        public static DeviceEvent Timer()
        {
            return new DeviceEvent(DeviceEventKind.Timer);
        }

        public static DeviceEvent SliceDone()
        {
            return new DeviceEvent(DeviceEventKind.SliceDone);
        }
    }
}
