namespace Fog.DeviceProxy.Mqtt.Sessions;

/// <summary>How much may wait in one <see cref="OutboundFlow"/>; see <see cref="MqttLimits"/> for the meaning of each.</summary>
internal readonly record struct QueueLimits(
    int MessagesMax, int BytesMax, int MessagesMaxForQos0, int BytesMaxForQos0, int InflightMax)
{
    public static QueueLimits OfSession(MqttLimits limits) => new(
        limits.QueuedMessagesMax, limits.QueuedBytesMax,
        limits.QueuedMessagesMaxForQos0, limits.QueuedBytesMaxForQos0, limits.InflightMax);

    public static QueueLimits OfLocalSession(MqttLimits limits) => new(
        limits.LocalQueuedMessagesMax, limits.LocalQueuedBytesMax,
        limits.LocalQueuedMessagesMax, limits.LocalQueuedBytesMax, limits.InflightMax);

    /// <summary>For a client, whose callers wait with their messages: the queue is as long as there are callers.</summary>
    public static QueueLimits OfClient(MqttLimits limits) => new(
        int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue, limits.InflightMax);
}
