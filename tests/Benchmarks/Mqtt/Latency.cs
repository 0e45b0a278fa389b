using System.Diagnostics;

namespace Fog.Benchmarks.Mqtt;

/// <summary>From publisher to subscriber, one message at a time.</summary>
internal static class Latency
{
    /// <summary>Microseconds, ascending.</summary>
    public static async Task<double[]> MeasureAsync(BrokerProcess broker, int qos, int samples)
    {
        using var subscriber = await LoadConnection.OpenAsync(broker.EndPoint, "ls");
        using var publisher = await LoadConnection.OpenAsync(broker.EndPoint, "lp");
        await subscriber.SubscribeAsync("bench/latency", qos);
        var arrived = new SemaphoreSlim(0);
        long at = 0;
        subscriber.Received = (messages, _) =>
        {
            if (messages == 0)
                return;
            at = Stopwatch.GetTimestamp();
            arrived.Release();
        };
        _ = subscriber.ReceiveAsync();
        _ = publisher.ReceiveAsync();
        var times = new List<double>();
        for (var i = 0; i < samples; i++)
        {
            var packet = LoadConnection.Publish("bench/latency", qos, 64, i % 60_000 + 1);
            var sent = Stopwatch.GetTimestamp();
            publisher.Send(packet);
            if (!await arrived.WaitAsync(TimeSpan.FromSeconds(5)))
                throw new InvalidOperationException("A message was lost.");
            times.Add(Stopwatch.GetElapsedTime(sent, at).TotalMicroseconds);
        }

        times.Sort();
        return [.. times];
    }
}
