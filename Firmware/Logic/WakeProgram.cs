using Fog.Firmware.Loader.Boards;
using Fog.Firmware.Logic.Protocol;
using Fog.Firmware.Logic.Tasks;

namespace Fog.Firmware.Logic
{
    /// <summary>A slot's entry: the agent on a board, for one wake.</summary>
    public static class WakeProgram
    {
        /// <summary>Less than a budget of bytes could be: littlefs gives every file blocks of 4 KB, and keeps some for itself.</summary>
        private const int BlobBudgetBytes = 64 * 1024;

        /// <summary>The loader finds it by this name.</summary>
        /// <returns>How long to sleep, in ms.</returns>
        public static uint Run(IPlatform platform)
        {
            Agent agent = new Agent(ConfigOf(platform), platform.Flash, platform.Slots, new PlatformEntropy(platform), new PortableExecutor(platform.Sensors), platform.LoadState());
            DeviceEvent next = DeviceEvent.Woke((WakeCause)platform.WakeCause, platform.BatteryMillivolts);
            long timerMicros = long.MaxValue;
            bool isSliceDue = false;
            while (true)
            {
                DeviceAction[] actions = agent.Handle(next, platform.NowMicros);
                for (int i = 0; i < actions.Length; i++)
                {
                    DeviceAction action = actions[i];
                    switch (action.Kind)
                    {
                        case DeviceActionKind.SetTimer:
                            timerMicros = action.AtMicros;
                            break;
                        case DeviceActionKind.RunSlice:
                            isSliceDue = true;
                            break;
                        case DeviceActionKind.Sleep:
                            platform.Disconnect();
                            return action.SleepMillis;
                        default:
                            Do(platform, action);
                            break;
                    }
                }

                // What came meanwhile goes first: it may stop the run.
                PlatformEvent e = platform.Next(isSliceDue ? platform.NowMicros : timerMicros);
                if (e != null)
                {
                    next = Translate(e);
                }
                else if (isSliceDue)
                {
                    isSliceDue = false;
                    agent.RunSlice();
                    next = DeviceEvent.SliceDone();
                }
                else
                {
                    timerMicros = long.MaxValue;
                    next = DeviceEvent.Timer();
                }
            }
        }

        private static DeviceConfig ConfigOf(IPlatform platform)
        {
            Provision provision = platform.Provision;
            DeviceConfig config = new DeviceConfig(provision.Claim.Site, provision.Claim.Node, provision.Claim.Key);
            config.PeriodMillis = provision.PeriodMillis;
            config.DutyPermille = provision.DutyPermille;
            config.FuelPerSecond = provision.FuelPerSecond;
            config.HeapBytes = platform.FunctionHeapBytes;
            config.BlobBudgetBytes = BlobBudgetBytes;
            return config;
        }

        private static void Do(IPlatform platform, DeviceAction action)
        {
            switch (action.Kind)
            {
                case DeviceActionKind.Connect:
                    platform.Connect(Topics.Will(platform.Provision.Claim.Site, platform.Provision.Claim.Node));
                    break;
                case DeviceActionKind.Subscribe:
                    platform.Subscribe(action.Topic);
                    break;
                case DeviceActionKind.Unsubscribe:
                    platform.Unsubscribe(action.Topic);
                    break;
                case DeviceActionKind.Publish:
                    platform.Publish(action.Topic, action.Payload, action.PublishId);
                    break;
                default:
                    platform.SaveState(action.Payload);
                    break;
            }
        }

        private static DeviceEvent Translate(PlatformEvent e)
        {
            switch (e.Kind)
            {
                case PlatformEventKind.Connected:
                    return DeviceEvent.Connected(e.SessionPresent);
                case PlatformEventKind.ConnectFailed:
                    return DeviceEvent.ConnectFailed();
                case PlatformEventKind.Disconnected:
                    return DeviceEvent.Disconnected();
                case PlatformEventKind.Message:
                    return DeviceEvent.Message(e.Topic, e.Payload);
                default:
                    return DeviceEvent.Published(e.PublishId);
            }
        }

        private sealed class PlatformEntropy : IEntropy
        {
            private readonly IPlatform platform;

            public PlatformEntropy(IPlatform platform)
            {
                this.platform = platform;
            }

            public void Fill(byte[] bytes)
            {
                platform.FillRandom(bytes);
            }
        }
    }
}
