using Fog.Grains.Interfaces.Blobs;

namespace Fog.Grains;

/// <summary>Bounds of what anybody can make grains keep.</summary>
public static class GrainLimits
{
    /// <summary>Tasks waiting for one device (docs/protocol.md, "Limits").</summary>
    public const int TasksMax = 64;

    /// <summary>Values asked of one device at one time: what it keeps (docs/protocol.md, "Limits").</summary>
    public const int FetchesMax = 16;

    /// <summary>Snapshots of one seat of one vote, each of them a blob: at 60 s a compute budget, over four hours of computing.</summary>
    public const int SnapshotsMax = 256;

    /// <summary>Stops waiting for one device; the oldest is dropped, which costs the device a useless run at worst.</summary>
    public const int StopsMax = 64;

    /// <summary>Lines of one device that are logged in a minute; the firmware says one a wake.</summary>
    public const int LogLinesMax = 8;

    /// <summary>Nodes that wait for a cluster at one time, a site.</summary>
    public const int UnassignedMax = 10_000;

    /// <summary>Clusters that are offered one invocation before it is refused.</summary>
    public const int ClustersAskedMax = 16;

    /// <summary>Fog hosts of one site.</summary>
    public const int HostsMax = 256;

    /// <summary>Invocations waiting for or running on one fog host.</summary>
    public const int HostJobsMax = 256;

    /// <summary>Events that a site's journal keeps; the record that holds them, some 40 KB then, is written anew with each batch of events.</summary>
    public const int EventsKeptMax = 256;

    /// <summary>Characters of all texts of those that functions emitted: the oldest events go, so that the record stays below some 100 KB.</summary>
    public const int EventTextKeptMax = 64 * 1024;

    /// <summary>Events of one grain that wait to be published; more are dropped.</summary>
    public const int EventsWaitingMax = 256;

    /// <summary>Watchers of one invocation, or of one site's events.</summary>
    public const int WatchersMax = 32;

    /// <summary>Devices of one site that are enrolled, and as many that were revoked: the record of their names, some 400 KB then, is written anew with each of them.</summary>
    public const int DevicesMax = 20_000;

    /// <summary>Tokens of one site's API.</summary>
    public const int TokensMax = 64;

    /// <summary>Versions that a function remembers.</summary>
    public const int FunctionVersionsMax = 32;

    /// <summary>Calls and values that end in one quarter of an hour, in one of sixteen shares of them: the record that names them, some 400 KB then, is
    /// written anew with those that come together. About 180 calls a second.</summary>
    public const int ExpiriesMax = 10_000;

    /// <summary>Of those, how many are looked at in one go, each of which is a call and a write.</summary>
    public const int ExpiriesAtOnce = 64;

    /// <summary>Keys under which one function keeps something at one site: their values are one record, some 400 KB at most.</summary>
    public const int KeptValuesMax = 32;

    /// <summary>Calls that may follow from one as effects, and from those, and so on.</summary>
    public const int ContinuationsMax = 64;

    /// <summary>Functions of one tenant.</summary>
    public const int FunctionsMax = 10_000;

    /// <summary>Releases that a site remembers; their images stay in the blob store.</summary>
    public const int ReleasesMax = 32;

    /// <summary>Devices of one rollout: their names are one record, which is written anew with each of their steps, some 150 KB then.</summary>
    public const int RolloutDevicesMax = 10_000;

    public const int RolloutStagesMax = 16;

    /// <summary>Failures that a rollout names; it counts all.</summary>
    public const int RolloutFailuresMax = 16;

    /// <summary>Devices that are offered a release in one go, each of which is a call and a write.</summary>
    public const int RolloutOffersAtOnce = 32;

    /// <summary>Bytes of the arguments of one call as JSON: several times the largest blob.</summary>
    public const int ArgumentsJsonMax = 1024 * 1024;

    /// <summary>Largest module, image, argument list or result, in bytes.</summary>
    public const int BlobBytesMax = IBlobGrain.SizeBytesMax;

    public static readonly TimeSpan TimeoutMin = TimeSpan.FromSeconds(1);

    public static readonly TimeSpan TimeoutMax = TimeSpan.FromHours(24);

    /// <summary>Periods outside these are taken as the nearer of the two (docs/protocol.md, hello).</summary>
    public static readonly TimeSpan PeriodMin = TimeSpan.FromMilliseconds(100);

    public static readonly TimeSpan PeriodMax = TimeSpan.FromHours(24);

    /// <summary>Longest sleep that a device can say it goes into, in periods: what welcome orders is at most one and a half.</summary>
    public const int SleepPeriodsMax = 2;

    /// <summary>Longest connect back-off that is believed (docs/protocol.md, "A wake").</summary>
    public static readonly TimeSpan ConnectBackoffMax = TimeSpan.FromMinutes(5);

    /// <summary>Longest time in one state that is booked: the longest period and the longest connect back-off of 16 periods.</summary>
    public static readonly TimeSpan IntervalMax = 17 * PeriodMax;
}
