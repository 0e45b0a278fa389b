namespace Fog.DeviceProxy.Mqtt.Sessions;

/// <summary>How the end of a connection is told to an MQTT 5 peer (3.14.2.1, 4.13).</summary>
internal static class ClosureReason
{
    /// <summary>None if the peer knows, or cannot be told.</summary>
    public static MqttReasonCode? For(MqttClosure closure) => closure.End switch
    {
        MqttEnd.Expelled => MqttReasonCode.AdministrativeAction,
        MqttEnd.TakenOver => MqttReasonCode.SessionTakenOver, // MQTT-3.1.4-3
        MqttEnd.KeepAliveExpired => MqttReasonCode.KeepAliveTimeout,
        MqttEnd.BrokerStopped => MqttReasonCode.ServerShuttingDown,
        MqttEnd.PeerFault => For(closure.Fault),
        MqttEnd.HandlerFailed => MqttReasonCode.ImplementationSpecificError,
        MqttEnd.ReceiveQueueFull => MqttReasonCode.QuotaExceeded,
        _ => null,
    };

    private static MqttReasonCode For(MqttFault fault) => fault switch
    {
        MqttFault.PacketTooLarge => MqttReasonCode.PacketTooLarge,
        MqttFault.TopicHasWildcard or MqttFault.TopicTooDeep => MqttReasonCode.TopicNameInvalid,
        MqttFault.TopicFilterInvalid => MqttReasonCode.TopicFilterInvalid,
        MqttFault.TopicAliasInvalid => MqttReasonCode.TopicAliasInvalid,
        MqttFault.ReceiveMaximumExceeded => MqttReasonCode.ReceiveMaximumExceeded,
        MqttFault.MessageRateTooHigh => MqttReasonCode.MessageRateTooHigh,
        MqttFault.TooManyFilters or MqttFault.TooManyProperties => MqttReasonCode.QuotaExceeded,
        MqttFault.TopicEmpty or MqttFault.FiltersMissing or MqttFault.PropertyRepeated or MqttFault.PropertyMisplaced
            or MqttFault.PropertyValueInvalid or MqttFault.RetainHandlingInvalid or MqttFault.NoLocalOnSharedSubscription
            or MqttFault.ConnectRepeated or MqttFault.FirstPacketUnexpected or MqttFault.WrongDirection
            or MqttFault.AnswerMismatch or MqttFault.NotAllowedNow => MqttReasonCode.ProtocolError,
        _ => MqttReasonCode.MalformedPacket,
    };
}
