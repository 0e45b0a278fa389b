namespace Fog.DeviceProxy.Mqtt;

/// <summary>Everything a peer can do wrong on the wire. Each ends the connection (MQTT-4.8.0-1).</summary>
public enum MqttFault
{
    None,

    // The fixed header (2.2).
    /// <summary>Packet type 0 or 15 (table 2.1).</summary>
    PacketTypeReserved,
    /// <summary>The lower four bits are not those of table 2.2 (MQTT-2.2.2-2).</summary>
    HeaderFlagsInvalid,
    /// <summary>A fourth length byte still announces another (2.2.3).</summary>
    RemainingLengthInvalid,
    /// <summary>The announced length exceeds this side's limit.</summary>
    PacketTooLarge,
    /// <summary>The stream ended within a packet.</summary>
    PacketCutOff,

    // The body.
    /// <summary>A field reaches beyond the packet, or the packet is shorter than its type needs.</summary>
    BodyTooShort,
    /// <summary>Bytes are left over after the last field.</summary>
    BodyTooLong,
    /// <summary>A string is not well-formed UTF-8 (MQTT-1.5.3-1).</summary>
    StringNotUtf8,
    /// <summary>A string contains U+0000 (MQTT-1.5.3-2).</summary>
    StringHasNull,
    /// <summary>A packet identifier is zero (MQTT-2.3.1-1).</summary>
    PacketIdZero,
    /// <summary>QoS 3 (MQTT-3.3.1-4, MQTT-3.8.3-4).</summary>
    QosInvalid,
    /// <summary>A reserved bit is set (MQTT-3.1.2-3, MQTT-3.2.2-1, MQTT-3.8.3-4).</summary>
    ReservedBitSet,

    // Properties (MQTT 5, 2.2.2).
    /// <summary>A variable byte integer with more bytes than it needs, or more than four (MQTT-1.5.5-1).</summary>
    VariableIntegerInvalid,
    /// <summary>A property that table 2-4 does not have.</summary>
    PropertyUnknown,
    /// <summary>A property that does not belong to this packet, or does not come from this side.</summary>
    PropertyMisplaced,
    /// <summary>A property for the second time that may stand but once.</summary>
    PropertyRepeated,
    /// <summary>A value that the property cannot have.</summary>
    PropertyValueInvalid,
    /// <summary>More properties than this side is willing to hold.</summary>
    TooManyProperties,

    // CONNECT and CONNACK (3.1, 3.2).
    /// <summary>The protocol name is not MQTT (MQTT-3.1.2-1).</summary>
    ProtocolNameUnknown,
    /// <summary>The protocol level is not one this library speaks (MQTT-3.1.2-2).</summary>
    ProtocolLevelUnsupported,
    /// <summary>Will QoS or will retain without a will (MQTT-3.1.2-11, -13, -15).</summary>
    WillFlagsWithoutWill,
    /// <summary>A password without a user name (3.1.1: MQTT-3.1.2-22; MQTT 5 allows it).</summary>
    PasswordWithoutUserName,
    /// <summary>A return or reason code that this packet cannot have.</summary>
    ReturnCodeUnknown,
    /// <summary>A refusal, or the answer to a clean session, that claims a session (MQTT-3.2.2-1, -4).</summary>
    SessionPresentInvalid,

    // PUBLISH, SUBSCRIBE, UNSUBSCRIBE, SUBACK (3.3, 3.8 to 3.10).
    /// <summary>A topic name without a character (MQTT-4.7.3-1).</summary>
    TopicEmpty,
    /// <summary>A topic name with a wildcard (MQTT-3.3.2-2).</summary>
    TopicHasWildcard,
    /// <summary>A topic filter that breaks 4.7.1.</summary>
    TopicFilterInvalid,
    /// <summary>More levels than this side's limit.</summary>
    TopicTooDeep,
    /// <summary>DUP on a QoS 0 message (MQTT-3.3.1-2).</summary>
    DuplicateAtMostOnce,
    /// <summary>No filter at all (MQTT-3.8.3-3, MQTT-3.10.3-2), or no return code.</summary>
    FiltersMissing,

    /// <summary>More filters in one packet than this side's limit for a session.</summary>
    TooManyFilters,

    /// <summary>MQTT 5: retain handling 3 (3.8.3.1).</summary>
    RetainHandlingInvalid,
    /// <summary>MQTT 5: "no local" on a shared subscription (MQTT-3.8.3-4).</summary>
    NoLocalOnSharedSubscription,
    /// <summary>MQTT 5: a topic alias that is zero, beyond the maximum, or stands for nothing (MQTT-3.3.2-8 to -10).</summary>
    TopicAliasInvalid,

    // The order of packets.
    /// <summary>The first packet is not CONNECT (MQTT-3.1.0-1), or its answer not CONNACK (MQTT-3.2.0-1).</summary>
    FirstPacketUnexpected,
    /// <summary>A second CONNECT (MQTT-3.1.0-2) or CONNACK.</summary>
    ConnectRepeated,
    /// <summary>A packet that only the other side may send.</summary>
    WrongDirection,
    /// <summary>A SUBACK with another number of codes than filters (MQTT-3.9.3-1), or for nothing asked.</summary>
    AnswerMismatch,
    /// <summary>MQTT 5: more unfinished QoS 2 messages than the receive maximum (MQTT-3.3.4-7, -9).</summary>
    ReceiveMaximumExceeded,
    /// <summary>MQTT 5: AUTH, or the end of a session moved by DISCONNECT where there was none (MQTT-3.1.2-30, MQTT-3.14.2-2).</summary>
    NotAllowedNow,
    /// <summary>More messages or bytes in a second than the broker takes of one client.</summary>
    MessageRateTooHigh,
}
