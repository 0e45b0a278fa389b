namespace Fog.Firmware.Virtual;

/// <summary>What the image in a slot does when it is started.</summary>
public enum FirmwareBehaviour
{
    Works = 0,

    /// <summary>It crashes before it has connected, and the device starts again a second later.</summary>
    CrashesAtBoot,

    /// <summary>It finds no access point, so that it never completes a session.</summary>
    NeverConnects,
}
