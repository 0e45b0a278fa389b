namespace Fog.Firmware.Loader.Boards
{
    /// <summary>A sensor whose voltage an analog-digital converter reads: from low to high as the converter's value goes from its least to its greatest.</summary>
    public sealed class AnalogSensor
    {
        public readonly string Name;

        /// <summary>Of the converter, as nanoFramework numbers them.</summary>
        public readonly int Channel;

        private readonly long lowMillionths;
        private readonly long highMillionths;

        public AnalogSensor(string name, int channel, long lowMillionths, long highMillionths)
        {
            Name = name;
            Channel = channel;
            this.lowMillionths = lowMillionths;
            this.highMillionths = highMillionths;
        }

        /// <param name="raw">The converter's value, from <paramref name="least"/> to <paramref name="greatest"/>.</param>
        /// <returns>In millionths of the owner's unit.</returns>
        public long Millionths(int raw, int least, int greatest)
        {
            return lowMillionths + ((highMillionths - lowMillionths) * (raw - least) / (greatest - least));
        }
    }
}
