namespace Fog.Wasm.Portable
{
    /// <summary>The sensors of the device that a function runs on.</summary>
    /// <remarks>Whole millionths, since what is around the executor on a device does not compute with floating point.</remarks>
    public interface ISensors
    {
        /// <param name="name"><c>[a-z0-9-]{1,32}</c>.</param>
        /// <param name="millionths">Of the unit that the device's owner has chosen; <see cref="FogModule.Unreadable"/>: it cannot be read now.</param>
        /// <returns>False: there is none of that name.</returns>
        bool TryRead(string name, out long millionths);
    }
}
