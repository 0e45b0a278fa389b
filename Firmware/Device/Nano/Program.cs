using System;
using Fog.Firmware.Device.SelfTest;

namespace Fog.Firmware.Device.Nano
{
    /// <summary>The self-test on nanoFramework's runtime, of a board or of a host; what it runs is in Material.cs.</summary>
    public static class Program
    {
        public static void Main()
        {
            new SelfTestRun(new NanoHost()).Run();
        }

        private sealed class NanoHost : ISelfTestHost
        {
            public long Millis
            {
                get { return DateTime.UtcNow.Ticks / TimeSpan.TicksPerMillisecond; }
            }

            public void Line(string text)
            {
                Console.WriteLine(text);
            }

            public int BytesOf(int blob)
            {
                return Material.BytesOf(blob);
            }

            public byte[] ChunkOf(int blob, int chunk)
            {
                return Material.ChunkOf(blob, chunk);
            }

            public byte[] ReleaseKey()
            {
                return Material.ReleaseKey();
            }

            public byte[] GoodRelease()
            {
                return Material.GoodRelease();
            }

            public byte[] BrokenRelease()
            {
                return Material.BrokenRelease();
            }

            public int SampleCount
            {
                get { return Material.SampleCount; }
            }

            public string NameOf(int sample)
            {
                return Material.NameOf(sample);
            }

            public byte[] DigestOf(int sample)
            {
                return Material.DigestOf(sample);
            }
        }
    }
}
