namespace Fog.Firmware.Device.SelfTest
{
    /// <summary>What differs between the computers that the self-test runs on, and the material that it runs.</summary>
    public interface ISelfTestHost
    {
        /// <summary>One line, for people.</summary>
        void Line(string text);

        /// <summary>Of a clock that runs on, for the speed that is printed.</summary>
        long Millis { get; }

        /// <summary>Length of a blob: the agent, the images and arguments of the samples (<see cref="Blob"/>).</summary>
        int BytesOf(int blob);

        /// <summary>A part of it: 1024 bytes, the last one less.</summary>
        byte[] ChunkOf(int blob, int chunk);

        /// <summary>Modulus of the key that signed the two releases.</summary>
        byte[] ReleaseKey();

        /// <summary>Manifest of a release of the agent's own image, 0.2.0.</summary>
        byte[] GoodRelease();

        /// <summary>Manifest of a release whose image is the first sample's, which is no assembly, 0.3.0.</summary>
        byte[] BrokenRelease();

        int SampleCount { get; }

        string NameOf(int sample);

        /// <summary>SHA-256 of the canonical result.</summary>
        byte[] DigestOf(int sample);
    }
}
