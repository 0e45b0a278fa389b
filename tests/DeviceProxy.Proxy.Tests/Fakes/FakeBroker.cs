using System.Threading.Channels;
using Fog.DeviceProxy.Mqtt;

namespace Fog.DeviceProxy.Proxy.Tests.Fakes;

/// <summary>A broker with one client: the proxy.</summary>
internal sealed class FakeBroker
{
    private readonly Channel<MqttMessage> published = Channel.CreateUnbounded<MqttMessage>();
    private readonly Channel<Connection> connections = Channel.CreateUnbounded<Connection>();
    private Connection? current;

    /// <summary>Thrown by the next attempts to connect.</summary>
    public Exception? ConnectFails { get; set; }

    public Exception? PublishFails { get; set; }

    public Exception? SubscribeFails { get; set; }

    /// <summary>The next connections find the session of the one before.</summary>
    public bool KeepsSession { get; set; }

    public Task<IMqttConnection> Connect(Func<MqttMessage, ValueTask> handler, CancellationToken cancellation)
    {
        if (ConnectFails is not null)
            return Task.FromException<IMqttConnection>(ConnectFails);
        current = new Connection(this, handler);
        connections.Writer.TryWrite(current);
        return Task.FromResult<IMqttConnection>(current);
    }

    /// <summary>The next connection that the proxy opens, or has opened.</summary>
    public Task<Connection> NextConnection() => Next(connections, "The proxy did not connect.");

    /// <summary>The next message that the proxy publishes, or has published.</summary>
    public Task<MqttMessage> NextPublished() => Next(published, "The proxy published nothing.");

    /// <summary>What the proxy has published and nobody has looked at.</summary>
    public MqttMessage[] Published()
    {
        var messages = new List<MqttMessage>();
        while (published.Reader.TryRead(out var message))
            messages.Add(message);
        return [.. messages];
    }

    public ValueTask Send(string topic, byte[] payload) => current!.Handler(new(topic, payload));

    public static MqttException Unreachable()
    {
        // The one exception of the library, made where it is made: by a broker that has stopped.
        var broker = new Mqtt.Broker.MqttBroker(new Fog.Engine.Hosting.ManualClock());
        broker.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return Assert.Throws<MqttException>(() => broker.ConnectLocal("proxy", _ => ValueTask.CompletedTask));
    }

    private static async Task<T> Next<T>(Channel<T> channel, string otherwise)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        try
        {
            return await channel.Reader.ReadAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException(otherwise);
        }
    }

    internal sealed class Connection(FakeBroker broker, Func<MqttMessage, ValueTask> handler) : IMqttConnection
    {
        private readonly TaskCompletionSource<MqttClosure> closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Func<MqttMessage, ValueTask> Handler { get; } = handler;

        /// <summary>Subscribed to over this connection.</summary>
        public List<string> Filters { get; } = [];

        public List<string> Unsubscribed { get; } = [];

        public string ClientId => "proxy";

        public bool SessionPresent { get; } = broker.KeepsSession;

        public Task<MqttClosure> Closed => closed.Task;

        public void End() => closed.TrySetResult(new(MqttEnd.EndOfStream));

        public Task PublishAsync(MqttMessage message, CancellationToken cancellation = default)
        {
            if (broker.PublishFails is not null)
                return Task.FromException(broker.PublishFails);
            broker.published.Writer.TryWrite(message);
            return Task.CompletedTask;
        }

        public Task<QualityOfService> SubscribeAsync(string filter, QualityOfService qos, CancellationToken cancellation = default)
        {
            if (broker.SubscribeFails is not null)
                return Task.FromException<QualityOfService>(broker.SubscribeFails);
            Filters.Add(filter);
            return Task.FromResult(qos);
        }

        public Task UnsubscribeAsync(string filter, CancellationToken cancellation = default)
        {
            Unsubscribed.Add(filter);
            Filters.Remove(filter);
            return Task.CompletedTask;
        }

        public ValueTask DisposeAsync()
        {
            closed.TrySetResult(new(MqttEnd.Closed));
            return ValueTask.CompletedTask;
        }
    }
}
