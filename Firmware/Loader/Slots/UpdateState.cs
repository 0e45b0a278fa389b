namespace Fog.Firmware.Loader.Slots
{
    /// <summary>How far a device is with a release that it was offered (docs/protocol.md, 0x09).</summary>
    public enum UpdateState
    {
        /// <summary>Not begun: another release is on probation.</summary>
        Waiting = 0,
        Downloading = 1,

        /// <summary>Whole and verified; the next boot starts it.</summary>
        Staged = 2,

        /// <summary>It runs, and has not completed a session yet.</summary>
        Probation = 3,

        /// <summary>It runs, and is what is gone back to from now on.</summary>
        Confirmed = 4,

        /// <summary>It was not started, or not again: <see cref="Releases.ReleaseFault"/> says why.</summary>
        Failed = 5,
    }
}
