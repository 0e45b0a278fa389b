using Fog.Firmware.Loader.Releases;
using Fog.Firmware.Loader.Wire;

namespace Fog.Firmware.Logic.Protocol
{
    /// <summary>0x87: a release that this device shall run.</summary>
    public sealed class UpdateOffer
    {
        /// <summary>Counted by the fog: what failed is tried again under another number only.</summary>
        public int Attempt;

        public byte[] Manifest;
        public Release Release;

        /// <summary>Null when malformed.</summary>
        public static UpdateOffer Read(WireReader reader)
        {
            UpdateOffer offer = new UpdateOffer();
            offer.Attempt = reader.U8();
            offer.Manifest = reader.Bytes16(Release.ManifestBytesMax);
            offer.Release = Release.Read(offer.Manifest);
            return reader.EndedWell && offer.Release != null ? offer : null;
        }
    }
}
