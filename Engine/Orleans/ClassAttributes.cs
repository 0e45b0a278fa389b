using System.Globalization;
using Orleans.Runtime;

namespace Orleans
{
    /// <summary>The grain class's stable name, part of its storage keys. Default: the class name in lower case, without "Grain" at its end.</summary>
    [AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
    public sealed class GrainTypeAttribute(string grainType) : Attribute
    {
        internal string Name { get; } = grainType;
    }

    /// <summary>How long an activation of this class may be idle before it is collected; the default is the engine's collection age.</summary>
    [AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
    public class CollectionAgeLimitAttribute : Attribute
    {
        private readonly TimeSpan? _fixed;

        public CollectionAgeLimitAttribute()
        {
        }

        /// <param name="inactivityPeriod">A time span, "hh:mm:ss".</param>
        public CollectionAgeLimitAttribute(string inactivityPeriod)
            => _fixed = TimeSpan.Parse(inactivityPeriod, CultureInfo.InvariantCulture);

        public bool AlwaysActive { get; set; }

        public double Days { get; set; }

        public double Hours { get; set; }

        public double Minutes { get; set; }

        public TimeSpan AgeLimit => AlwaysActive
            ? Timeout.InfiniteTimeSpan
            : _fixed ?? TimeSpan.FromDays(Days) + TimeSpan.FromHours(Hours) + TimeSpan.FromMinutes(Minutes);
    }

    /// <summary>Activations of this class are never collected for being idle.</summary>
    [AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
    public class KeepAliveAttribute : Attribute;

    /// <summary>How long a caller waits for this method's response; the default is the engine's response time-out.</summary>
    /// <param name="timeout">A time span, "hh:mm:ss".</param>
    [AttributeUsage(AttributeTargets.Method)]
    public sealed class ResponseTimeoutAttribute(string timeout) : Attribute
    {
        public TimeSpan? Timeout { get; init; } = TimeSpan.Parse(timeout, CultureInfo.InvariantCulture);
    }
}

namespace Orleans.Placement
{
    /// <summary>Where activations go. In one process there is only one place; the type exists as <see cref="Concurrency.StatelessWorkerAttribute"/>'s base.</summary>
    [AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
    public abstract class PlacementAttribute : Attribute
    {
        private protected PlacementAttribute()
        {
        }
    }
}
