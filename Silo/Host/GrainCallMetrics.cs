using System.Diagnostics;
using System.Diagnostics.Metrics;
using Orleans;

namespace Fog.Silo.Host;

/// <summary>Counts and times the calls that grains take, by interface and method: meter <see cref="MeterName"/>, for <c>dotnet-counters</c> and OpenTelemetry.</summary>
/// <remarks>While nobody listens, a call only passes through.</remarks>
internal sealed class GrainCallMetrics : IIncomingGrainCallFilter, IDisposable
{
    public const string MeterName = "Fog.Grains";

    private readonly TimeProvider _clock;
    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _failures;
    private readonly Histogram<double> _duration;

    public GrainCallMetrics(TimeProvider clock)
    {
        _clock = clock;
        _failures = _meter.CreateCounter<long>("fog.grain.call.failures", "{call}", "Calls that ended with an exception.");
        _duration = _meter.CreateHistogram<double>("fog.grain.call.duration", "s", "From the start of a call's first turn to the end of its last; its count is the number of calls.");
    }

    public Task Invoke(IIncomingGrainCallContext context) => _duration.Enabled || _failures.Enabled ? Measure(context) : context.Invoke();

    public void Dispose() => _meter.Dispose();

    private async Task Measure(IIncomingGrainCallContext context)
    {
        var tags = new TagList { { "interface", context.InterfaceName }, { "method", context.MethodName } };
        long started = _clock.GetTimestamp();
        bool succeeded = false;
        try
        {
            await context.Invoke();
            succeeded = true;
        }
        finally
        {
            _duration.Record(_clock.GetElapsedTime(started).TotalSeconds, tags);
            if (!succeeded)
            {
                _failures.Add(1, tags);
            }
        }
    }
}
