using System.Diagnostics;

namespace Fog.Benchmarks.Mqtt;

/// <summary>One row: so many publishers, so many subscribers, one topic, deliveries per second.</summary>
/// <param name="Batch">Messages that one publisher sends at once.</param>
/// <param name="Window">Deliveries that may be under way.</param>
internal sealed record Throughput(string Name, int Qos, int Publishers, int Subscribers, int Batch, int Window)
{
    private const int PayloadBytes = 64;

    /// <summary>Sets the row up on the broker; the result measures deliveries per second for a while, as often as called.</summary>
    public async Task<Load> StartAsync(BrokerProcess broker)
    {
        var window = new Window(Window);
        var connections = new List<LoadConnection>();
        for (var i = 0; i < Subscribers; i++)
        {
            var subscriber = await LoadConnection.OpenAsync(broker.EndPoint, $"s{i}", Subscribers == 1 ? 65_536 : 4096);
            await subscriber.SubscribeAsync("bench/topic", Qos);
            subscriber.Received = (messages, _) => window.Leave(messages);
            connections.Add(subscriber);
            _ = subscriber.ReceiveAsync();
        }

        for (var i = 0; i < Publishers; i++)
        {
            var publisher = await LoadConnection.OpenAsync(broker.EndPoint, $"p{i}", 2048);
            connections.Add(publisher);
            _ = publisher.ReceiveAsync();
        }

        return new Load(this, broker, window, connections);
    }

    internal sealed class Load(Throughput row, BrokerProcess broker, Window window, List<LoadConnection> connections) : IDisposable
    {
        private readonly byte[][] packets = Enumerable.Range(1, 512)
            .Select(id => Enumerable.Repeat(0, row.Batch).SelectMany((_, i) => LoadConnection.Publish("bench/topic", row.Qos, PayloadBytes, (id - 1) * row.Batch % 60_000 + i + 1)).ToArray())
            .ToArray();

        private int round;

        public async Task<Rate> MeasureAsync(TimeSpan time)
        {
            var before = window.Arrived;
            var processorBefore = broker.ProcessorTime;
            var clock = Stopwatch.StartNew();
            while (clock.Elapsed < time)
            {
                for (var p = 0; p < row.Publishers && clock.Elapsed < time; p++)
                {
                    if (!await window.EnterAsync(row.Batch * row.Subscribers))
                        throw new InvalidOperationException($"{row.Name}: messages were lost.");
                    connections[row.Subscribers + p].Send(packets[round % packets.Length]);
                }

                round++;
            }

            var deliveries = window.Arrived - before;
            return new Rate(deliveries / clock.Elapsed.TotalSeconds, (broker.ProcessorTime - processorBefore).TotalMicroseconds / deliveries);
        }

        public void Dispose() => connections.ForEach(c => c.Dispose());
    }
}

/// <summary>What a row measured on one broker.</summary>
/// <param name="Processor">Microseconds of the broker's processor time for one delivery.</param>
internal readonly record struct Rate(double PerSecond, double Processor);
