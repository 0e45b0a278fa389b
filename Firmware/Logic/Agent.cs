using System.Collections;
using Fog.Firmware.Loader.Flash;
using Fog.Firmware.Loader.Slots;
using Fog.Firmware.Logic.Flash;
using Fog.Firmware.Logic.Protocol;
using Fog.Firmware.Logic.Sessions;
using Fog.Firmware.Logic.Tasks;

namespace Fog.Firmware.Logic
{
    /// <summary>A device from one wake to the next, as a state machine: events in, actions out.</summary>
    /// <remarks>
    /// It has no clock, no network and no thread: the platform calls <see cref="Handle"/> with one event after
    /// another and carries out the actions in order. After <see cref="DeviceActionKind.Sleep"/> it is done; the
    /// next wake makes another from the state persisted last.
    /// <code>
    /// Connecting ──► Greeting ──► Open ──► Leaving ──► Asleep
    ///     │  ▲           │          │ (connection lost)   ▲
    ///     │  └───────────┼──────────┤                     │
    ///     └──────────────┴──────────┴──► Offline ─────────┘
    /// </code>
    /// Offline: no session any more, but a function is still running; its result goes out in the next session.
    /// </remarks>
    public sealed partial class Agent
    {
        private readonly DeviceConfig config;
        private readonly IFlash flash;
        private readonly IEntropy entropy;
        private readonly IExecutor executor;
        private readonly SavedState saved;
        private readonly bool savedIsKnown;
        private readonly DropCounts drops = new DropCounts();
        private readonly ArrayList actions = new ArrayList();

        private long now;
        private Phase phase = Phase.Asleep;
        private WakeCause cause;
        private int batteryMillivolts;
        private long wokeMicros;
        private bool failed;
        private bool isDirty;
        private bool sessionPresent;
        private int reconnects;
        private int publishId;
        private int publishesInFlight;

        private Session session;
        private Welcome welcome;
        private long welcomeMicros;
        private uint sleepMillis;
        private long retryMicros;
        private long retryDelayMicros;
        private long keepaliveMicros;
        private int batchLeft;
        private long batchMicros;

        /// <param name="savedState">What was persisted last; null after a loss of power.</param>
        /// <param name="slots">Booted.</param>
        public Agent(DeviceConfig config, IFlash flash, Slots slots, IEntropy entropy, IExecutor executor, byte[] savedState)
        {
            config.Check();
            this.config = config;
            this.flash = flash;
            this.slots = slots;
            this.entropy = entropy;
            this.executor = executor;
            saved = SavedState.Load(savedState, config, flash, out savedIsKnown);
            sleepMillis = (uint)config.PeriodMillis;
        }

        private enum Phase
        {
            Connecting,
            Greeting,
            Open,
            Leaving,
            Offline,
            Asleep,
        }

        /// <summary>Messages dropped in this wake.</summary>
        public DropCounts Drops
        {
            get { return drops; }
        }

        /// <param name="nowMicros">The device's own clock: never goes back, goes on during deep sleep, may start anew with power.</param>
        /// <returns>What to do, in order.</returns>
        public DeviceAction[] Handle(DeviceEvent e, long nowMicros)
        {
            now = nowMicros;
            switch (e.Kind)
            {
                case DeviceEventKind.Woke:
                    OnWoke(e);
                    break;
                case DeviceEventKind.Connected:
                    OnConnected(e);
                    break;
                case DeviceEventKind.ConnectFailed:
                    OnConnectFailed();
                    break;
                case DeviceEventKind.Disconnected:
                    OnDisconnected();
                    break;
                case DeviceEventKind.Message:
                    OnMessage(e.Topic, e.Payload);
                    break;
                case DeviceEventKind.Published:
                    OnPublished(e.PublishId);
                    break;
                case DeviceEventKind.SliceDone:
                    OnSliceDone();
                    break;
                default:
                    // All that is due is found below; the timer is spent, even if it came early.
                    timerMicros = 0;
                    break;
            }

            Proceed();
            DeviceAction[] taken = new DeviceAction[actions.Count];
            actions.CopyTo(taken);
            actions.Clear();
            return taken;
        }

        private void OnWoke(DeviceEvent e)
        {
            cause = e.Cause;
            batteryMillivolts = e.BatteryMillivolts;
            wokeMicros = now;
            if (!savedIsKnown)
            {
                saved.Ledger.Begin(now);
            }

            Connect();
        }

        private void OnConnected(DeviceEvent e)
        {
            if (phase != Phase.Connecting)
            {
                return;
            }

            sessionPresent = e.SessionPresent;
            phase = Phase.Greeting;
            session = new Session(config);
            retryDelayMicros = FirmwareLimits.RetryMicros;
            retryMicros = now;
            AddTopicAction(DeviceActionKind.Subscribe, Topics.Down(config.Site, config.Node));
        }

        private void OnConnectFailed()
        {
            if (phase == Phase.Connecting)
            {
                GiveUp();
            }
        }

        private void OnDisconnected()
        {
            publishesInFlight = 0;
            switch (phase)
            {
                case Phase.Greeting:
                    GiveUp();
                    break;
                case Phase.Open:
                    EndSession();
                    if (IsBusy() && reconnects < FirmwareLimits.ReconnectsMax)
                    {
                        reconnects++;
                        Connect();
                    }
                    else
                    {
                        phase = Phase.Offline;
                    }

                    break;
                case Phase.Leaving:
                    leaveMicros = now;
                    break;
                default:
                    break;
            }
        }

        private void OnPublished(int id)
        {
            if (publishesInFlight > 0)
            {
                publishesInFlight--;
            }

            if (phase == Phase.Leaving && id == sleepPublishId)
            {
                sleepIsAcknowledged = true;
            }
        }

        /// <summary>Does whatever the state and the time call for now.</summary>
        private void Proceed()
        {
            if (phase == Phase.Greeting && now >= retryMicros)
            {
                SendHello();
            }

            NoteWaiting();
            if (isAwaiting && now >= AwakeDeadline())
            {
                if (phase == Phase.Open)
                {
                    Leave(awaitSinceMicros + awakeLimitMicros);
                }
                else
                {
                    GiveUp();
                }
            }

            if (phase == Phase.Open)
            {
                Work();
                if (!IsBusy() && now >= ListenUntil())
                {
                    Leave(now + FirmwareLimits.LeaveMicros);
                }
            }

            if (phase == Phase.Leaving && (sleepIsAcknowledged || now >= leaveMicros))
            {
                FallAsleep();
            }
            else if (phase == Phase.Offline && run == null)
            {
                FallAsleep();
            }

            NoteWaiting();
            saved.Ledger.Enter(State(), now);
            if (isDirty && phase != Phase.Asleep)
            {
                Persist();
            }

            SetTimer();
        }

        private void Connect()
        {
            phase = Phase.Connecting;
            actions.Add(new DeviceAction(DeviceActionKind.Connect));
        }

        private void SendHello()
        {
            Hello hello = new Hello();
            hello.DeviceNonce = new byte[ProtocolLimits.NonceBytes];
            entropy.Fill(hello.DeviceNonce);
            hello.FirmwareVersion = slots.RunningVersion;
            hello.PeriodMillis = (uint)config.PeriodMillis;
            hello.DutyPermille = config.DutyPermille;
            hello.BatteryMillivolts = batteryMillivolts;
            hello.HeapFreeBytes = HeapFreeBytes();
            hello.WakeCause = cause;
            hello.ClockErrorMillis = saved.ClockErrorMillis;
            hello.ConnectBackOffMillis = BackOff.ExtraMillis((uint)config.PeriodMillis, saved.Failures + 1);
            hello.FuelPerSecond = (uint)config.FuelPerSecond;
            hello.CachedImages = saved.Blobs.Images();
            Publish(session.SealHello(hello));
            retryMicros = now + retryDelayMicros;
            retryDelayMicros *= 2;
        }

        private int Publish(byte[] message)
        {
            DeviceAction action = new DeviceAction(DeviceActionKind.Publish);
            action.Topic = Topics.Up(config.Site, config.Node);
            action.Payload = message;
            action.PublishId = ++publishId;
            actions.Add(action);
            publishesInFlight++;
            keepaliveMicros = now + FirmwareLimits.KeepaliveMicros;
            return publishId;
        }

        private void AddTopicAction(DeviceActionKind kind, string topic)
        {
            DeviceAction action = new DeviceAction(kind);
            action.Topic = topic;
            actions.Add(action);
        }

        private void Persist()
        {
            isDirty = false;
            DeviceAction action = new DeviceAction(DeviceActionKind.Persist);
            action.Payload = saved.Save();

            // Before all else: flash is written already, and the power may fail during whatever follows.
            actions.Insert(0, action);
        }

        private uint HeapFreeBytes()
        {
            int held = run == null ? 0 : run.HeapBytes;
            return held >= config.HeapBytes ? 0 : (uint)(config.HeapBytes - held);
        }
    }
}
