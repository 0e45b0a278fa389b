namespace Fog.DeviceProxy.Mqtt.Broker;

/// <summary>A broker at one moment; counters run from its start.</summary>
/// <param name="Connections">Open now, in process or over a network.</param>
/// <param name="Sessions">Kept now, connected or not.</param>
/// <param name="QueuedBytes">Message bytes that wait in all sessions.</param>
/// <param name="MessagesReceived">From publishers, wills included.</param>
/// <param name="MessagesDelivered">Sent to subscribers, repetitions included.</param>
/// <param name="DroppedAtMostOnce">QoS 0 deliveries dropped: the receiver was away or too slow.</param>
/// <param name="DroppedQueueFull">QoS 1 and 2 deliveries dropped because a queue limit was reached.</param>
/// <param name="NotRetained">Retained messages not kept because a limit was reached.</param>
/// <param name="Unauthorized">Messages and subscriptions that the access rules refused.</param>
/// <param name="DroppedExpired">Deliveries left out because the message's expiry had passed.</param>
/// <param name="DroppedTooLarge">Deliveries left out because the receiver takes no packets of that size.</param>
/// <param name="RateExceeded">Connections ended or refused because one client sent or connected too often.</param>
/// <param name="Refused">CONNECTs answered with anything but acceptance, and connections closed because too many were at their handshake.</param>
/// <param name="FailedCommits">Batches that the session store did not take, and that were tried again.</param>
/// <param name="PeerFaults">Connections ended because of wrong packets.</param>
public readonly record struct MqttStatistics(
    int Connections,
    int Sessions,
    int RetainedMessages,
    long QueuedBytes,
    long MessagesReceived,
    long MessagesDelivered,
    long DroppedAtMostOnce,
    long DroppedQueueFull,
    long NotRetained,
    long Unauthorized,
    long PeerFaults,
    long DroppedExpired = 0,
    long DroppedTooLarge = 0,
    long RateExceeded = 0,
    long Refused = 0,
    long FailedCommits = 0);
