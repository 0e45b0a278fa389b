using Fog.Firmware.Loader.Boards;
using Fog.Firmware.Loader.Flash;
using Fog.Firmware.Loader.Slots;
using Fog.Wasm.Portable;

namespace Fog.Firmware.Device.SelfTest
{
    /// <summary>A board without a network: its link ends at a scripted fog, and its clock goes when it waits.</summary>
    internal sealed class MemoryPlatform : IPlatform
    {
        private readonly ScriptedFog fog;
        private readonly HeapFlash flash;
        private readonly Provision provision;
        private readonly int functionHeapBytes;
        private long nowMicros;
        private WakeRecord record;
        private byte nonces;
        private bool isConnecting;
        private int acknowledged;
        private int published;

        public MemoryPlatform(ScriptedFog fog, HeapFlash flash, Provision provision, int functionHeapBytes)
        {
            this.fog = fog;
            this.flash = flash;
            this.provision = provision;
            this.functionHeapBytes = functionHeapBytes;
        }

        /// <summary>A wake begins, out of deep sleep or otherwise, with what is in flash.</summary>
        public void Begin(Slots slots, int wakeCause)
        {
            Slots = slots;
            WakeCause = wakeCause;
            record = new WakeRecord(flash);
            nowMicros = record.ClockMicros;
            record.Begin(nowMicros);
        }

        public void End(uint sleepMillis)
        {
            record.End(nowMicros + (sleepMillis * 1000L));
        }

        public Provision Provision
        {
            get { return provision; }
        }

        public IFlash Flash
        {
            get { return flash; }
        }

        public Slots Slots { get; private set; }

        public int WakeCause { get; private set; }

        public int BatteryMillivolts
        {
            get { return 3700; }
        }

        public ISensors Sensors
        {
            get { return null; }
        }

        public int FunctionHeapBytes
        {
            get { return functionHeapBytes; }
        }

        public long NowMicros
        {
            get { return nowMicros; }
        }

        public byte[] LoadState()
        {
            return record.State;
        }

        public void SaveState(byte[] state)
        {
            record.Keep(state, nowMicros);
        }

        public void FillRandom(byte[] bytes)
        {
            // Not random, and never the same: all that a scripted fog needs of it.
            bytes[0] = ++nonces;
        }

        public void Connect(string willTopic)
        {
            isConnecting = true;
        }

        public void Subscribe(string topic)
        {
        }

        public void Unsubscribe(string topic)
        {
        }

        public void Publish(string topic, byte[] message, int publishId)
        {
            published = publishId;
            fog.Receive(topic, message);
        }

        public void Disconnect()
        {
            isConnecting = false;
            published = 0;
            acknowledged = 0;
        }

        public PlatformEvent Next(long untilMicros)
        {
            if (isConnecting)
            {
                isConnecting = false;
                return new PlatformEvent(PlatformEventKind.Connected);
            }

            if (acknowledged < published)
            {
                PlatformEvent e = new PlatformEvent(PlatformEventKind.Published);
                e.PublishId = ++acknowledged;
                return e;
            }

            PlatformEvent message = fog.Next();
            if (message == null && untilMicros > nowMicros && untilMicros < long.MaxValue)
            {
                nowMicros = untilMicros;
            }

            return message;
        }
    }
}
