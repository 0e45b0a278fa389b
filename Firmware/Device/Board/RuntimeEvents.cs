using System;
using System.Net.NetworkInformation;
using System.Threading;
using nanoFramework.Runtime.Events;

namespace Fog.Firmware.Device.Board
{
    /// <summary>What the runtime announces: connectivity, and why the board woke, which other code on it may listen to.</summary>
    internal static class RuntimeEvents
    {
        /// <summary><see cref="CustomEventArgs.Data1"/> of the event that says why the board woke; the cause is in Data2.</summary>
        public const ushort WakeCause = 1;

        private static readonly AutoResetEvent NetworkLost = new AutoResetEvent(false);

        public static void Begin(int wakeCause)
        {
            NetworkChange.NetworkAvailabilityChanged += OnNetwork;
            CustomEvent.CustomEventPosted += OnCustom;
            EventSink.PostManagedEvent((byte)EventCategory.Custom, 0, WakeCause, (uint)wakeCause);
        }

        /// <summary>Whether the access point was lost since this was asked last.</summary>
        public static bool TakeNetworkLost()
        {
            return NetworkLost.WaitOne(0, false);
        }

        private static void OnNetwork(object sender, NetworkAvailabilityEventArgs e)
        {
            if (!e.IsAvailable)
            {
                NetworkLost.Set();
            }
        }

        private static void OnCustom(object sender, CustomEventArgs e)
        {
            if (e.Data1 == WakeCause)
            {
                Console.WriteLine("woke: " + e.Data2.ToString());
            }
        }
    }
}
