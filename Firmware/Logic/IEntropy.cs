namespace Fog.Firmware.Logic
{
    /// <summary>Where nonces come from: the chip's generator, or a seed.</summary>
    public interface IEntropy
    {
        void Fill(byte[] bytes);
    }
}
