using System.Reflection;
using System.Text;
using Fog.Firmware.Loader;
using Fog.Firmware.Loader.Boards;
using Fog.Firmware.Loader.Releases;
using Fog.Firmware.Loader.Slots;
using Fog.Firmware.Loader.Wire;

namespace Fog.Firmware.Device.SelfTest
{
    /// <summary>A board from enrolment to a release that it rolls back, without a network: one line a case.</summary>
    public sealed class SelfTestRun
    {
        /// <summary>As releases name it.</summary>
        public const string Board = "esp32";
        public const uint FactoryVersion = 0x000100;
        public const uint GoodVersion = 0x000200;
        public const uint BrokenVersion = 0x000300;

        private const string Claim = "FOG1/MQTT/192.168.1.10:1883/HOME/ESP-1/000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F/BA4CC5BF";

        /// <summary>Managed heap, and what of it is taken before a function runs, as nanoFramework's interpreter shows it: the agent's image 28 KB, what the runtime keeps of each assembly 14 KB, its threads and stacks 4 KB, agent, test and what stands for flash 20 KB.</summary>
        private const int HeapBytes = 100 * 1024;
        private const int TakenBytes = 66 * 1024;

        // As hello says it.
        private const int PowerOn = 0;
        private const int TimerWake = 1;
        private const int Crash = 2;

        private readonly ISelfTestHost host;
        private readonly Blob agent;
        private readonly HeapFlash flash = new HeapFlash();
        private ReleaseTrust trust;
        private MemoryPlatform platform;
        private ScriptedFog fog;
        private MethodInfo entry;
        private int tasks;
        private long fuel;
        private long runMillis;

        public SelfTestRun(ISelfTestHost host)
        {
            this.host = host;
            agent = new Blob(host, Blob.Agent);
        }

        public int Passed { get; private set; }

        public int Failed { get; private set; }

        /// <summary>True when every case passed.</summary>
        public bool Run()
        {
            Enrol();
            if (!Load())
            {
                return false;
            }

            uint sleep = Wake(PowerOn);
            Say("hello", fog.Hellos == 1 && fog.WrongMessages == 0 && fog.FirmwareVersion == FactoryVersion, VersionText(fog.FirmwareVersion));
            Say("welcome", sleep == ScriptedFog.SleepMillis, Digits(sleep) + " ms of sleep as ordered");
            Say("sleep", fog.Sleeps == 1, "reported");
            for (int i = 0; i < host.SampleCount; i++)
            {
                RunSample(i);
            }

            RunAgain();
            Update();
            RollBack();
            host.Line(Passed.ToString() + " passed, " + Failed.ToString() + " failed; " + Rate() + " units of fuel a second");
            return Failed == 0;
        }

        private void Enrol()
        {
            string file = "# enrolled\nclaim = " + Claim + "\nssid = none\nduty = 1\nrelease-key = ";
            byte[] key = host.ReleaseKey();
            Provision provision = Provision.Parse(Encoding.UTF8.GetBytes(file + Hexadecimal.Of(key, key.Length)));
            trust = provision.TrustOf(Board);
            fog = new ScriptedFog(provision.Claim.Site, provision.Claim.Node, provision.Claim.Key);
            platform = new MemoryPlatform(fog, flash, provision, HeapBytes - TakenBytes);
            Say("enrol", provision.Claim.Site == "home" && provision.Claim.Node == "esp-1" && provision.Claim.Port == 1883, provision.Claim.Site + "/" + provision.Claim.Node);
        }

        private bool Load()
        {
            Know(agent);
            Slots slots = new Slots(flash, trust);
            bool isMade = slots.Provision(FactoryVersion, agent.ToArray()) && slots.Boot(true) != Slots.None;
            entry = isMade ? AgentEntry.Load(slots.RunningImage()) : null;
            Say("load", entry != null, agent.Length.ToString() + " bytes in a slot");
            return entry != null;
        }

        private void RunSample(int sample)
        {
            RunTask(sample);
            bool isRight = fog.ResultDigest != null && fog.ResultReason == 0 && ByteStrings.Equal(fog.ResultDigest, host.DigestOf(sample));
            string outcome = fog.ResultDigest == null
                ? "no result"
                : fog.ResultReason != 0 ? "reason " + fog.ResultReason.ToString() : Digits(fog.ResultFuel) + " units of fuel";
            Say(host.NameOf(sample), isRight, outcome);
            fog.Forget();
        }

        private void RunAgain()
        {
            int last = host.SampleCount - 1;
            int requests = fog.ImageRequests;
            RunTask(last);
            bool isRight = fog.ResultDigest != null && ByteStrings.Equal(fog.ResultDigest, host.DigestOf(last));
            Say("again", isRight && fog.ImageRequests == requests, "its image is cached, its result the same");
            fog.Forget();
        }

        /// <summary>A wake with one task.</summary>
        private void RunTask(int sample)
        {
            byte[] id = new byte[16];
            id[0] = (byte)++tasks;
            Blob image = new Blob(host, Blob.ImageOf(sample));
            Blob arguments = new Blob(host, Blob.ArgumentsOf(sample));
            Know(image, arguments);
            fog.Give(id, image, arguments);
            long began = host.Millis;
            Wake(TimerWake);
            runMillis += host.Millis - began;
            fuel += fog.ResultDigest == null ? 0 : fog.ResultFuel;
        }

        /// <summary>A release comes, is verified, tried at the next boot, and confirmed by the session that follows.</summary>
        private void Update()
        {
            Know(agent);
            fog.Offer(host.GoodRelease(), agent);
            Wake(TimerWake);
            Say("update", fog.UpdateState == UpdateState.Staged, Outcome());
            Wake(TimerWake);
            Say("probation", fog.UpdateState == UpdateState.Probation && fog.FirmwareVersion == GoodVersion, VersionText(fog.FirmwareVersion));
            Wake(TimerWake);
            Say("confirmed", fog.UpdateState == UpdateState.Confirmed && fog.FirmwareVersion == GoodVersion, VersionText(fog.FirmwareVersion));
        }

        /// <summary>A release comes that cannot start: after two boots the one before it runs again, and says why.</summary>
        private void RollBack()
        {
            Blob image = new Blob(host, Blob.ImageOf(0));
            Know(image);
            fog.Offer(host.BrokenRelease(), image);
            Wake(TimerWake);
            Say("broken", fog.UpdateState == UpdateState.Staged, Outcome());
            int hellos = fog.Hellos;
            for (int boot = 0; boot < Slots.BootsMax; boot++)
            {
                Wake(TimerWake);
            }

            Say("crash", fog.Hellos == hellos, Slots.BootsMax.ToString() + " boots without a session");
            Wake(Crash);
            bool isBack = fog.UpdateState == UpdateState.Failed && fog.UpdateFault == ReleaseFault.NotConfirmed && fog.FirmwareVersion == GoodVersion;
            Say("rollback", isBack, VersionText(fog.FirmwareVersion) + " runs again, " + Outcome());
        }

        /// <summary>One wake, as the board's program goes about it.</summary>
        /// <returns>How long to sleep, in ms; 0: nothing started.</returns>
        private uint Wake(int cause)
        {
            Slots slots = new Slots(flash, trust);
            if (slots.Boot(cause != TimerWake) == Slots.None)
            {
                return 0;
            }

            // A runtime never gives back what it has loaded: the agent's image is loaded once, whatever version it has here.
            MethodInfo started = slots.RunningVersion == BrokenVersion ? AgentEntry.Load(slots.RunningImage()) : entry;
            if (started == null)
            {
                return 0;
            }

            platform.Begin(slots, cause);
            uint sleepMillis = AgentEntry.Run(started, platform);
            platform.End(sleepMillis);
            return sleepMillis;
        }

        private void Know(params Blob[] blobs)
        {
            flash.Known.Clear();
            for (int i = 0; i < blobs.Length; i++)
            {
                flash.Known.Add(blobs[i]);
            }
        }

        private string Outcome()
        {
            return "state " + ((int)fog.UpdateState).ToString() + ", fault " + ((int)fog.UpdateFault).ToString();
        }

        // Transfers are in it: a board is somewhat faster than this.
        private string Rate()
        {
            return Digits(runMillis < 1 ? fuel * 1000 : fuel * 1000 / runMillis);
        }

        private void Say(string name, bool passed, string detail)
        {
            if (passed)
            {
                Passed++;
            }
            else
            {
                Failed++;
            }

            host.Line((passed ? "ok   " : "FAIL ") + name + ": " + detail);
        }

        private static string VersionText(uint version)
        {
            return Digits(version >> 16) + "." + Digits((version >> 8) & 255) + "." + Digits(version & 255);
        }

        // Longs are written here, since platforms format them each in its own way.
        private static string Digits(long value)
        {
            char[] digits = new char[20];
            int at = digits.Length;
            do
            {
                digits[--at] = (char)('0' + (int)(value % 10));
                value /= 10;
            }
            while (value > 0);
            char[] used = new char[digits.Length - at];
            System.Array.Copy(digits, at, used, 0, used.Length);
            return new string(used);
        }
    }
}
