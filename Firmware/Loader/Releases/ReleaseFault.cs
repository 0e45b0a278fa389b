namespace Fog.Firmware.Loader.Releases
{
    /// <summary>Why a device does not run a release that it was offered (docs/protocol.md, 0x09).</summary>
    public enum ReleaseFault
    {
        None = 0,

        /// <summary>Signed with a key that this device does not know.</summary>
        UnknownKey = 1,
        WrongSignature = 2,
        OtherBoard = 3,

        /// <summary>Not above every version that this device has confirmed.</summary>
        NotNewer = 4,

        /// <summary>What runs is older than the release can take the place of.</summary>
        TooOld = 5,

        /// <summary>Larger than a slot.</summary>
        TooLarge = 6,

        /// <summary>What came is not what the manifest says, several times over.</summary>
        WrongImage = 7,

        /// <summary>The fog does not have the image.</summary>
        NotThere = 8,
        FlashFull = 9,

        /// <summary>It was started twice and never completed a session: rolled back.</summary>
        NotConfirmed = 10,

        /// <summary>The loader found another image or signature in flash than was written: rolled back.</summary>
        Damaged = 11,
    }
}
