namespace Fog.DeviceProxy.Mqtt;

/// <summary>
/// One client's connection to a broker, over a network (<see cref="Client.MqttClient"/>) or within the
/// broker's own process (<see cref="Broker.MqttBroker.ConnectLocal"/>); the user cannot tell which.
/// </summary>
/// <remarks>
/// Messages go to the handler given at connecting, so that none of a resumed session is missed. It is
/// called for one message at a time, in the order of arrival; the next one waits until its task
/// completes, and only then is a QoS 1 message acknowledged. It may publish, subscribe and await that.
/// What waits for the handler is bounded by <see cref="MqttLimits"/>. A handler that throws ends the
/// connection with <see cref="MqttEnd.HandlerFailed"/>, the message unacknowledged.
/// All members may be called concurrently. A connection that has ended stays ended: connecting again is
/// the user's decision.
/// </remarks>
public interface IMqttConnection : IAsyncDisposable
{
    /// <summary>The client identifier in use; assigned by an in-process broker if none was given.</summary>
    string ClientId { get; }

    /// <summary>The broker still had this client's session: its subscriptions are in place (3.2.2.2).</summary>
    bool SessionPresent { get; }

    /// <summary>Completes, never fails, when the connection has ended, and says why.</summary>
    Task<MqttClosure> Closed { get; }

    /// <summary>
    /// Publishes. QoS 0: completes when the message is handed to the transport. QoS 1 and 2: when the
    /// broker has taken responsibility for it (PUBACK, PUBCOMP; in process: accepted, and durable where it is stored).
    /// </summary>
    /// <exception cref="ArgumentException">The topic is not a topic name.</exception>
    /// <exception cref="MqttException">The connection ended first; the broker may or may not have the message.</exception>
    /// <exception cref="OperationCanceledException">Waiting was given up; the message may still be delivered.</exception>
    Task PublishAsync(MqttMessage message, CancellationToken cancellation = default);

    /// <summary>Subscribes, or changes the QoS of an existing subscription, and returns the granted QoS.</summary>
    /// <exception cref="ArgumentException">The filter is not a topic filter.</exception>
    /// <exception cref="MqttException">The broker refused, or the connection ended first.</exception>
    Task<QualityOfService> SubscribeAsync(string filter, QualityOfService qos, CancellationToken cancellation = default);

    /// <summary>Unsubscribes; a filter that was not subscribed is no error (MQTT-3.10.4-5).</summary>
    /// <exception cref="ArgumentException">The filter is not a topic filter.</exception>
    /// <exception cref="MqttException">The connection ended first.</exception>
    Task UnsubscribeAsync(string filter, CancellationToken cancellation = default);
}
