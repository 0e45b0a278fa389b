namespace Fog.DeviceProxy.Proxy;

/// <summary>Every bound on what devices and grains can make the proxy hold.</summary>
public sealed record ProxyLimits
{
    /// <summary>Devices in the table; the one not heard of for longest makes room. Default 20,000. Origin: the broker's connections.</summary>
    public int DevicesMax { get; init; } = 20_000;

    /// <summary>Messages and batches that wait for one device's turn. Default 256. Origin: a full mailbox, its transfers, and the device's own.</summary>
    public int QueuedPerDeviceMax { get; init; } = 256;

    /// <summary>Bytes of devices' messages that wait for all devices' turns together. Default 64 MiB. Origin: the broker's local queue.</summary>
    public long QueuedBytesMax { get; init; } = 64L * 1024 * 1024;

    /// <summary>Sessions of one device that wait for a first message; the oldest makes room. Default 4. Origin: one is genuine, the others are replays.</summary>
    public int PendingSessionsMax { get; init; } = 4;

    /// <summary>Bytes of blobs kept for devices that fetch them. Default 8 MiB. Origin: the images of a wake of many devices.</summary>
    public long CachedBlobBytesMax { get; init; } = 8L * 1024 * 1024;

    /// <summary>Bytes of values that devices have sent in part, kept over their sleeps. Default 16 MiB. Origin: 64 of the largest.</summary>
    public long PartialUploadBytesMax { get; init; } = 16L * 1024 * 1024;

    /// <summary>From the last chunk until it is asked for again. Default 2 s. Origin: several round trips of a poor radio link.</summary>
    public TimeSpan UploadStall { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Times in a row that a need is repeated without an answer in one session. Default 3.</summary>
    public int UploadRepeatsMax { get; init; } = 3;

    /// <summary>How long a proxy may not know that a device was revoked, if its site's identity grain forgot to tell. Default 10 s.</summary>
    public TimeSpan IdentityWatchEvery { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Between two events that tell of one device's rates. Default 10 min. Origin: a device gone mad must not fill the journal, which keeps 256.</summary>
    public TimeSpan RateEventEvery { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Wait before a lost broker is tried again: doubles from here. Default 500 ms.</summary>
    public TimeSpan ReconnectMin { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>… up to here. Default 30 s. Origin: shorter than a typical period, so that an outage costs one wake at most.</summary>
    public TimeSpan ReconnectMax { get; init; } = TimeSpan.FromSeconds(30);
}
