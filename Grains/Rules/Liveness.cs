using Fog.Grains.Interfaces.Nodes;

namespace Fog.Grains.Rules;

/// <summary>Three states of absence, never one: on schedule, late, lost.</summary>
/// <remarks>Time runs from the expected wake (the sleep that welcome ordered), not from the last keepalive: a node with a period
/// above the time-out would be purged while it sleeps as told.</remarks>
public static class Liveness
{
    /// <summary>How late a node may be before it is lost.</summary>
    /// <param name="connectBackoff">What its last hello announced.</param>
    public static TimeSpan Grace(TimeSpan period, TimeSpan clockError, TimeSpan connectBackoff, LivenessOptions options) =>
        Longest(
            options.GraceMin,
            period * options.GracePeriodShare,
            clockError.Duration() * options.GraceClockErrors,
            connectBackoff);

    /// <param name="awake">Its last word was not <c>sleep</c>.</param>
    /// <param name="graceFrom">Nobody could be heard before this moment (the end of an outage): a grace runs from it anew.</param>
    public static NodePresence Presence(bool awake, DateTimeOffset expectedWake, TimeSpan grace, DateTimeOffset graceFrom, DateTimeOffset now, LivenessOptions options) =>
        now <= LateAt(expectedWake, grace, options) ? (awake ? NodePresence.Awake : NodePresence.Sleeping)
        : now <= LostAt(expectedWake, grace, graceFrom) ? NodePresence.Overdue
        : NodePresence.Lost;

    /// <summary>The last moment at which the node is on schedule.</summary>
    public static DateTimeOffset LateAt(DateTimeOffset expectedWake, TimeSpan grace, LivenessOptions options) => expectedWake + grace * options.LateShare;

    /// <summary>The last moment at which the node is not yet lost.</summary>
    public static DateTimeOffset LostAt(DateTimeOffset expectedWake, TimeSpan grace, DateTimeOffset graceFrom) =>
        (graceFrom > expectedWake ? graceFrom : expectedWake) + grace;

    /// <summary>Whether so many nodes are late at once that the site is to blame and nobody is purged.</summary>
    public static bool IsSiteOutage(int lateNodes, int nodes, LivenessOptions options) =>
        lateNodes >= options.OutageNodesMin && lateNodes >= nodes * options.OutageShare;

    /// <summary>Smoothed size of a node's clock error: an eighth of what was seen last, seven eighths of what was known.</summary>
    public static TimeSpan LearnClockError(TimeSpan learned, TimeSpan observed) => (learned * 7 + observed.Duration()) / 8;

    private static TimeSpan Longest(params ReadOnlySpan<TimeSpan> spans)
    {
        var longest = TimeSpan.Zero;
        foreach (var span in spans)
        {
            longest = span > longest ? span : longest;
        }

        return longest;
    }
}
