namespace Fog.Firmware.Loader.Flash
{
    /// <summary>Named byte records that survive deep sleep and loss of power: littlefs on the board.</summary>
    public interface IFlash
    {
        string[] Names();

        /// <summary>−1: there is no such record.</summary>
        int Length(string name);

        /// <summary>Makes the record when it is not there. False: no room; nothing was written.</summary>
        bool Append(string name, byte[] data, int offset, int count);

        /// <summary>Reads exactly <paramref name="count"/> bytes, which must be there.</summary>
        void Read(string name, int position, byte[] into, int offset, int count);

        void Delete(string name);
    }
}
