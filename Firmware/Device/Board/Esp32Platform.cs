using System;
using System.Collections;
using System.Device.Wifi;
using System.IO;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using Fog.Firmware.Loader.Boards;
using Fog.Firmware.Loader.Cryptography;
using Fog.Firmware.Loader.Flash;
using Fog.Firmware.Loader.Identity;
using Fog.Firmware.Loader.Slots;
using Fog.Firmware.Loader.Wire;
using Fog.Wasm.Portable;
using nanoFramework.M2Mqtt;
using nanoFramework.M2Mqtt.Exceptions;
using nanoFramework.M2Mqtt.Messages;
using nanoFramework.Networking;

namespace Fog.Firmware.Device.Board
{
    /// <summary>An ESP32 with its radio, its flash and its clock.</summary>
    /// <remarks>
    /// Events come on the MQTT client's threads and wait in a queue; the agent runs on the main thread alone.
    /// </remarks>
    internal sealed class Esp32Platform : IPlatform
    {
        private const int AssociateMillisMax = 20000;
        private const int EventsMax = 64;
        private const ushort KeepAliveSeconds = 30;
        private const string AuthorityPath = "I:\\ca.der";

        private readonly Provision provision;
        private readonly LittleFlash flash;
        private readonly Slots slots;
        private readonly WakeRecord record;
        private readonly BoardClock clock;
        private readonly int wakeCause;
        private readonly int functionHeapBytes;
        private readonly BoardSensors sensors;
        private readonly Random random = new Random();
        private readonly ArrayList events = new ArrayList();
        private readonly ArrayList inFlight = new ArrayList();
        private readonly AutoResetEvent isThere = new AutoResetEvent(false);
        private MqttClient client;
        private uint draws;

        public Esp32Platform(Provision provision, LittleFlash flash, Slots slots, WakeRecord record, BoardClock clock, int wakeCause, int functionHeapBytes)
        {
            this.provision = provision;
            this.flash = flash;
            this.slots = slots;
            this.record = record;
            this.clock = clock;
            this.wakeCause = wakeCause;
            this.functionHeapBytes = functionHeapBytes;
            sensors = new BoardSensors(provision.Sensors());
        }

        public Provision Provision
        {
            get { return provision; }
        }

        public IFlash Flash
        {
            get { return flash; }
        }

        public Slots Slots
        {
            get { return slots; }
        }

        public int WakeCause
        {
            get { return wakeCause; }
        }

        /// <summary>No board of this kind has its battery on a known pin.</summary>
        public int BatteryMillivolts
        {
            get { return 0; }
        }

        public ISensors Sensors
        {
            get { return sensors; }
        }

        public int FunctionHeapBytes
        {
            get { return functionHeapBytes; }
        }

        public long NowMicros
        {
            get { return clock.NowMicros; }
        }

        public byte[] LoadState()
        {
            return record.State;
        }

        public void SaveState(byte[] state)
        {
            record.Keep(state, NowMicros);
        }

        /// <summary>
        /// The runtime's random numbers are weak: what makes these unforeseeable is the device key, what makes them new the
        /// count of writes, which goes up in every wake, and of draws in it.
        /// </summary>
        public void FillRandom(byte[] bytes)
        {
            byte[] weak = new byte[16];
            random.NextBytes(weak);
            WireWriter material = new WireWriter(32);
            material.U32(record.Writes);
            material.U32(++draws);
            material.U64(NowMicros);
            material.Raw(weak);
            HmacSha256 code = new HmacSha256(provision.Claim.Key);
            code.Add(material.ToArray(), 0, material.Length);
            Array.Copy(code.Finish(), bytes, bytes.Length);
        }

        public void Connect(string willTopic)
        {
            Thread thread = new Thread(() => ConnectNow(willTopic));
            thread.Start();
        }

        public void Subscribe(string topic)
        {
            client.Subscribe(new string[] { topic }, new MqttQoSLevel[] { MqttQoSLevel.AtLeastOnce });
        }

        public void Unsubscribe(string topic)
        {
            client.Unsubscribe(new string[] { topic });
        }

        public void Publish(string topic, byte[] message, int publishId)
        {
            lock (events)
            {
                ushort id = client.Publish(topic, message, null, null, MqttQoSLevel.AtLeastOnce, false);
                inFlight.Add(new Publication(id, publishId));
            }
        }

        public void Disconnect()
        {
            MqttClient connection = client;
            client = null;
            if (connection == null || !connection.IsConnected)
            {
                return;
            }

            try
            {
                connection.Disconnect();
            }
            catch (MqttCommunicationException)
            {
                // It is gone already.
            }
        }

        public PlatformEvent Next(long untilMicros)
        {
            while (true)
            {
                if (RuntimeEvents.TakeNetworkLost())
                {
                    Post(new PlatformEvent(PlatformEventKind.Disconnected));
                }

                lock (events)
                {
                    if (events.Count > 0)
                    {
                        PlatformEvent e = (PlatformEvent)events[0];
                        events.RemoveAt(0);
                        return e;
                    }
                }

                long waitMicros = untilMicros - NowMicros;
                if (waitMicros <= 0)
                {
                    return null;
                }

                isThere.WaitOne(waitMicros > 1000000 ? 1000 : (int)(waitMicros / 1000) + 1, false);
            }
        }

        private void ConnectNow(string willTopic)
        {
            bool isAssociated = WifiNetworkHelper.ConnectDhcp(
                provision.Ssid,
                provision.Password,
                WifiReconnectionKind.Manual,
                false,
                0,
                new CancellationTokenSource(AssociateMillisMax).Token);
            if (!isAssociated)
            {
                Post(new PlatformEvent(PlatformEventKind.ConnectFailed));
                return;
            }

            Claim claim = provision.Claim;
            string name = BrokerSecret.ClientId(claim.Site, claim.Node);
            try
            {
                MqttClient connection = new MqttClient(
                    claim.Host,
                    claim.Port,
                    claim.IsTls,
                    claim.IsTls ? new X509Certificate(File.ReadAllBytes(AuthorityPath)) : null,
                    null,
                    claim.IsTls ? MqttSslProtocols.TLSv1_2 : MqttSslProtocols.None);
                connection.ProtocolVersion = MqttProtocolVersion.Version_3_1_1;
                connection.MqttMsgPublishReceived += OnMessage;
                connection.MqttMsgPublished += OnPublished;
                connection.ConnectionClosed += OnClosed;
                client = connection;
                MqttReasonCode answer = connection.Connect(
                    name,
                    name,
                    BrokerSecret.Password(claim.Key, claim.Site, claim.Node),
                    false,
                    MqttQoSLevel.AtLeastOnce,
                    true,
                    willTopic,
                    "",
                    false,
                    KeepAliveSeconds);

                // Connect does not return whether the broker kept the session: without it the agent subscribes anew.
                Post(new PlatformEvent(answer == MqttReasonCode.Success ? PlatformEventKind.Connected : PlatformEventKind.ConnectFailed));
            }
            catch (MqttConnectionException)
            {
                Post(new PlatformEvent(PlatformEventKind.ConnectFailed));
            }
            catch (MqttCommunicationException)
            {
                Post(new PlatformEvent(PlatformEventKind.ConnectFailed));
            }
            catch (IOException)
            {
                // No certificate of the authority is on the board.
                Post(new PlatformEvent(PlatformEventKind.ConnectFailed));
            }
        }

        private void OnMessage(object sender, MqttMsgPublishEventArgs e)
        {
            PlatformEvent message = new PlatformEvent(PlatformEventKind.Message);
            message.Topic = e.Topic;
            message.Payload = e.Message;
            Post(message);
        }

        private void OnPublished(object sender, MqttMsgPublishedEventArgs e)
        {
            PlatformEvent published = null;
            lock (events)
            {
                for (int i = 0; i < inFlight.Count && published == null; i++)
                {
                    Publication publication = (Publication)inFlight[i];
                    if (publication.MessageId == e.MessageId)
                    {
                        inFlight.RemoveAt(i);
                        published = new PlatformEvent(PlatformEventKind.Published);
                        published.PublishId = publication.PublishId;
                    }
                }
            }

            if (published != null && e.IsPublished)
            {
                Post(published);
            }
        }

        private void OnClosed(object sender, EventArgs e)
        {
            // One that was left, or made anew since, is no loss.
            if (sender == client)
            {
                Post(new PlatformEvent(PlatformEventKind.Disconnected));
            }
        }

        private void Post(PlatformEvent e)
        {
            lock (events)
            {
                // What does not fit comes again: the fog repeats what is not answered.
                if (events.Count < EventsMax || e.Kind != PlatformEventKind.Message)
                {
                    events.Add(e);
                }
            }

            isThere.Set();
        }

        private sealed class Publication
        {
            public readonly ushort MessageId;
            public readonly int PublishId;

            public Publication(ushort messageId, int publishId)
            {
                MessageId = messageId;
                PublishId = publishId;
            }
        }
    }
}
