using Fog.Firmware.Loader.Flash;
using Fog.Wasm.Portable;

namespace Fog.Firmware.Loader.Boards
{
    /// <summary>What the code in a slot asks of the board around it. No update replaces what stands behind it.</summary>
    public interface IPlatform
    {
        Provision Provision { get; }

        IFlash Flash { get; }

        /// <summary>Booted.</summary>
        Slots.Slots Slots { get; }

        /// <summary>As <c>hello</c> says it: 0 power on, 1 timer, 2 crash or watchdog, 3 other.</summary>
        int WakeCause { get; }

        int BatteryMillivolts { get; }

        /// <summary>Null: it has none.</summary>
        ISensors Sensors { get; }

        /// <summary>Managed heap that a function may use.</summary>
        int FunctionHeapBytes { get; }

        /// <summary>Never goes back, goes on during deep sleep, may start anew with power.</summary>
        long NowMicros { get; }

        /// <summary>What was saved last; null: nothing, or it was lost.</summary>
        byte[] LoadState();

        void SaveState(byte[] state);

        void FillRandom(byte[] bytes);

        /// <summary>Begins to associate, and to connect as the claim says; the answer is an event.</summary>
        void Connect(string willTopic);

        void Subscribe(string topic);

        void Unsubscribe(string topic);

        /// <summary>QoS 1; the broker's acknowledgement is an event.</summary>
        void Publish(string topic, byte[] message, int publishId);

        /// <summary>In order, without a will.</summary>
        void Disconnect();

        /// <summary>The next event, or null when there is none until then.</summary>
        PlatformEvent Next(long untilMicros);
    }

    public enum PlatformEventKind
    {
        Connected,
        ConnectFailed,
        Disconnected,
        Message,
        Published,
    }

    /// <summary>One event, with the fields that its kind has.</summary>
    public sealed class PlatformEvent
    {
        public readonly PlatformEventKind Kind;

        /// <summary>Connected: the broker still had this device's subscriptions.</summary>
        public bool SessionPresent;

        /// <summary>Message.</summary>
        public string Topic;

        /// <summary>Message.</summary>
        public byte[] Payload;

        /// <summary>Published.</summary>
        public int PublishId;

        public PlatformEvent(PlatformEventKind kind)
        {
            Kind = kind;
        }
    }
}
