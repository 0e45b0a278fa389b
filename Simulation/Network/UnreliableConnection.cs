using Fog.DeviceProxy.Mqtt;
using Fog.Grains.Interfaces.Ids;
using Fog.Simulation.Faults;
using Fog.Simulation.Scheduling;

namespace Fog.Simulation.Network;

/// <summary>What stands between proxy and broker: it loses, repeats, delays and damages messages, and can be partitioned.</summary>
internal sealed class UnreliableConnection : IMqttConnection
{
    private readonly Func<FaultPlan> _faults;
    private readonly SeededRandom _random;
    private readonly TimeProvider _clock;
    private readonly MessageTap _tap;
    private readonly Func<MqttMessage, ValueTask> _handler;
    private readonly IMqttConnection _inner;
    private readonly TaskCompletionSource<MqttClosure> _closed = new(); // In the one thread: continuations are posted anyway.

    /// <param name="connect">To the broker.</param>
    /// <param name="handler">The proxy's.</param>
    public UnreliableConnection(
        Func<Func<MqttMessage, ValueTask>, IMqttConnection> connect, Func<MqttMessage, ValueTask> handler, Func<FaultPlan> faults, SeededRandom random, TimeProvider clock, MessageTap tap)
    {
        _faults = faults;
        _random = random;
        _clock = clock;
        _tap = tap;
        _handler = handler;
        _inner = connect(ReceiveAsync);
    }

    public string ClientId => _inner.ClientId;

    public bool SessionPresent => _inner.SessionPresent;

    public Task<MqttClosure> Closed => _closed.Task;

    /// <summary>Ends it as a network does.</summary>
    public void Break()
    {
        _ = _inner.DisposeAsync();
        _closed.TrySetResult(new MqttClosure(MqttEnd.TransportFailed));
    }

    public Task PublishAsync(MqttMessage message, CancellationToken cancellation = default)
    {
        _tap.Down(message);
        return _faults().TouchesMessages ? PublishPerhapsAsync(message, cancellation) : _inner.PublishAsync(message, cancellation);
    }

    private async Task PublishPerhapsAsync(MqttMessage message, CancellationToken cancellation)
    {
        foreach (var (copy, delay) in Fates(message))
        {
            if (delay == TimeSpan.Zero)
            {
                await _inner.PublishAsync(copy, cancellation);
            }
            else
            {
                _ = PublishLaterAsync(copy, delay);
            }
        }
    }

    public Task<QualityOfService> SubscribeAsync(string filter, QualityOfService qos, CancellationToken cancellation = default) =>
        _inner.SubscribeAsync(filter, qos, cancellation);

    public Task UnsubscribeAsync(string filter, CancellationToken cancellation = default) => _inner.UnsubscribeAsync(filter, cancellation);

    public ValueTask DisposeAsync()
    {
        _closed.TrySetResult(new MqttClosure(MqttEnd.Closed));
        return _inner.DisposeAsync();
    }

    private ValueTask ReceiveAsync(MqttMessage message)
    {
        _tap.Up(message);
        return _faults().TouchesMessages ? ReceivePerhapsAsync(message) : _handler(message);
    }

    private async ValueTask ReceivePerhapsAsync(MqttMessage message)
    {
        foreach (var (copy, delay) in Fates(message))
        {
            if (delay == TimeSpan.Zero)
            {
                await _handler(copy);
            }
            else
            {
                _ = HandleLaterAsync(copy, delay);
            }
        }
    }

    private async Task PublishLaterAsync(MqttMessage message, TimeSpan delay)
    {
        await Task.Delay(delay, _clock);
        try
        {
            await _inner.PublishAsync(message);
        }
        catch (MqttException)
        {
            // Lost, then.
        }
    }

    private async Task HandleLaterAsync(MqttMessage message, TimeSpan delay)
    {
        await Task.Delay(delay, _clock);
        await _handler(message);
    }

    /// <summary>The copies of a message that arrive, and how late.</summary>
    private IEnumerable<(MqttMessage Message, TimeSpan Delay)> Fates(MqttMessage message)
    {
        var faults = _faults();
        List<(MqttMessage, TimeSpan)> fates = [];
        int copies = _random.Happens(faults.Loss) ? 0 : _random.Happens(faults.Duplication) ? 2 : 1;
        if (copies != 1)
        {
            _tap.Fault(copies == 0 ? "message lost" : "message repeated", message.Topic);
        }

        for (int i = 0; i < copies; i++)
        {
            bool isLate = _random.Happens(faults.Delay);
            if (isLate)
            {
                _tap.Fault("message delayed", message.Topic);
            }

            fates.Add((Damaged(message, faults), isLate ? _random.Between(TimeSpan.FromMilliseconds(1), faults.DelayMax) : TimeSpan.Zero));
        }

        return fates;
    }

    private MqttMessage Damaged(MqttMessage message, FaultPlan faults)
    {
        if (message.Payload.Length == 0 || !_random.Happens(faults.Corruption))
        {
            return message;
        }

        _tap.Fault("message damaged", message.Topic);
        byte[] payload = message.Payload.ToArray();
        payload[_random.Below(payload.Length)] ^= (byte)(1 << _random.Below(8));
        return message with { Payload = payload };
    }
}

/// <summary>Sees every message of the proxy before anything happens to it.</summary>
/// <param name="Up">Of a device.</param>
/// <param name="Down">Of the proxy.</param>
/// <param name="Fault">What happened to a message, and on which topic.</param>
internal sealed record MessageTap(Action<MqttMessage> Up, Action<MqttMessage> Down, Action<string, string> Fault)
{
    /// <summary>The device that a topic belongs to.</summary>
    public static NodeId? NodeOf(string topic)
    {
        Span<Range> levels = stackalloc Range[6];
        var text = topic.AsSpan();
        return text.Split(levels, '/') == 5 && text[levels[0]] is "fog" && text[levels[2]] is "n" ? new NodeId(topic[levels[1]], topic[levels[3]]) : null;
    }
}
