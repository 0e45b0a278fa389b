namespace Fog.Wasm.Portable
{
    /// <summary>SHA-256, fed in pieces: the platform's own, since this assembly has no cryptography.</summary>
    public interface IDigest
    {
        void Add(byte[] data, int offset, int count);

        /// <summary>Ends the message: 32 bytes.</summary>
        byte[] Finish();
    }
}
