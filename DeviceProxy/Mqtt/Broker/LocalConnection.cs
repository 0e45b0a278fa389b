using Fog.DeviceProxy.Mqtt.Packets;
using Fog.DeviceProxy.Mqtt.Sessions;
using Fog.DeviceProxy.Mqtt.Topics;

namespace Fog.DeviceProxy.Mqtt.Broker;

/// <summary>A connection from within the broker's process; see <see cref="MqttBroker.ConnectLocal"/>.</summary>
internal sealed class LocalConnection(MqttBroker broker, Func<MqttMessage, ValueTask> handler) : Peer, IMqttConnection
{
    private const int Idle = 0, Running = 1, RunningAndWoken = 2;
    private readonly TaskCompletionSource<MqttClosure> closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int state;

    public override bool IsLocal => true;

    public string ClientId { get; private set; } = "";

    public bool SessionPresent { get; private set; }

    public Task<MqttClosure> Closed => closed.Task;

    /// <summary>The exchange has attached the session.</summary>
    public void Attached(string clientId, bool sessionPresent)
    {
        ClientId = clientId;
        SessionPresent = sessionPresent;
    }

    public Task PublishAsync(MqttMessage message, CancellationToken cancellation = default)
    {
        RequireDepth(message.Topic);
        Topic.RequireName(message.Topic);
        return Do((peer: this, message), static (exchange, _, now, s) => exchange.PublishFrom(s.peer, s.message, now)).WaitAsync(cancellation);
    }

    public async Task<QualityOfService> SubscribeAsync(string filter, QualityOfService qos, CancellationToken cancellation = default)
    {
        RequireDepth(filter);
        Topic.RequireFilter(filter);
        var granted = false;
        await Do(0, (exchange, session, now, _) =>
            granted = exchange.Subscribe(this, session, new TopicRequest(filter, qos), identifier: 0, now) < MqttReasonCode.UnspecifiedError).WaitAsync(cancellation);
        return granted ? qos : throw MqttException.SubscribeRefused(filter);
    }

    public Task UnsubscribeAsync(string filter, CancellationToken cancellation = default)
    {
        Topic.RequireFilter(filter);
        return Do(filter, static (exchange, session, _, filter) => exchange.Unsubscribe(session, filter)).WaitAsync(cancellation);
    }

    /// <summary>Does not wait for a handler call in progress: it may be the one that disposes.</summary>
    public ValueTask DisposeAsync()
    {
        End(new MqttClosure(MqttEnd.Closed));
        return ValueTask.CompletedTask;
    }

    public override void Wake()
    {
        if (Closing is { } closure)
        {
            broker.Left(this);
            closed.TrySetResult(closure);
        }
        else if (Interlocked.Exchange(ref state, RunningAndWoken) == Idle)
        {
            _ = DeliverAsync();
        }
    }

    public override void Abort() => Wake();

    private async Task DeliverAsync()
    {
        await Task.Yield(); // the handler's work is not the publisher's
        do
        {
            Volatile.Write(ref state, Running);
            while (await DeliverNextAsync())
            {
            }
        }
        while (Interlocked.CompareExchange(ref state, Idle, Running) != Running);
    }

    private async ValueTask<bool> DeliverNextAsync()
    {
        var (session, found, next, now) = broker.Look(this, static (exchange, now, peer) =>
        {
            var session = peer.Session;
            return (session, exchange.TryTake(peer, out var next, now), next, now);
        });
        if (!found)
            return false;

        if (!next.IsRelease)
        {
            try
            {
                await handler(next.ToMessage(now));
            }
#pragma warning disable CA1031 // The handler is the user's: whatever it throws ends this connection, by name.
            catch (Exception e)
#pragma warning restore CA1031
            {
                End(new MqttClosure(MqttEnd.HandlerFailed, Cause: e));
                return false;
            }
        }

        if (next.PacketId != 0)
            broker.Look((session, next.PacketId), static (exchange, _, s) => exchange.Acknowledge(s.session!, s.PacketId));
        return true;
    }

    private Task Do<TState>(TState state, Action<Exchange, Session, TimeSpan, TState> action) =>
        broker.DoDurably((peer: this, state, action), static (exchange, now, s) =>
        {
            if (s.peer.Session is not { } session)
                throw MqttException.Ended(s.peer.Closing!);
            s.action(exchange, session, now, s.state);
        });

    private void End(MqttClosure closure) =>
        broker.Do((peer: this, closure), static (exchange, now, s) => exchange.Close(s.peer, s.closure, now));

    private void RequireDepth(string topic)
    {
        if (Topic.Levels(topic) > broker.Limits.TopicLevelsMax)
            throw new ArgumentException($"A topic has at most {broker.Limits.TopicLevelsMax} levels here.", nameof(topic));
    }
}
