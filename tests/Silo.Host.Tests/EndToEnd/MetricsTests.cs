using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Fog.Client;

namespace Fog.Silo.Host.Tests.EndToEnd;

/// <summary>What whoever listens to the meter of grain calls learns.</summary>
public sealed class MetricsTests(RunningFog running) : IClassFixture<RunningFog>
{
    [Fact]
    public async Task Calls_are_timed_and_failures_counted_by_interface_and_method()
    {
        var seen = new ConcurrentQueue<(string Instrument, string Method, double Value)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Meter.Name == "Fog.Grains")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => seen.Enqueue((instrument.Name, Name(tags), value)));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => seen.Enqueue((instrument.Name, Name(tags), value)));
        listener.Start();

        await running.Fog.SiloAsync();
        await Assert.ThrowsAsync<FogClientException>(() => running.Fog.InvocationAsync("no-such-call"));

        Assert.Contains(seen, static m => m is { Instrument: "fog.grain.call.duration", Method: "Fog.Grains.Interfaces.Dispatch.IDispatcherGrain.Describe", Value: >= 0 });
        Assert.Contains(seen, static m => m is { Instrument: "fog.grain.call.duration", Method: "Fog.Grains.Interfaces.Invocations.IInvocationGrain.Describe" });
        Assert.Contains(seen, static m => m is { Instrument: "fog.grain.call.failures", Method: "Fog.Grains.Interfaces.Invocations.IInvocationGrain.Describe", Value: 1 });
    }

    private static string Name(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string name = "", method = "";
        foreach (var (key, value) in tags)
        {
            (name, method) = key switch
            {
                "interface" => ((string)value!, method),
                "method" => (name, (string)value!),
                _ => (name, method),
            };
        }

        return $"{name}.{method}";
    }
}
