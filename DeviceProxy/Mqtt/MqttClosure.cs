namespace Fog.DeviceProxy.Mqtt;

/// <summary>Why a connection ended.</summary>
public enum MqttEnd
{
    /// <summary>This side closed it in order: <c>DisposeAsync</c>, with DISCONNECT where one is due.</summary>
    Closed,

    /// <summary>This side dropped it without a word: <c>Abort</c>.</summary>
    Aborted,

    /// <summary>The client sent DISCONNECT; its will is discarded (MQTT-3.14.4-3). In MQTT 5 the broker may send it too, with its reason.</summary>
    Disconnected,

    /// <summary>The peer closed the network connection without DISCONNECT.</summary>
    EndOfStream,

    /// <summary>Reading or writing failed in the transport.</summary>
    TransportFailed,

    /// <summary>The peer broke the protocol; <see cref="MqttClosure.Fault"/> says how.</summary>
    PeerFault,

    /// <summary>Nothing came for one and a half keepalive intervals (MQTT-3.1.2-24), or no PINGRESP.</summary>
    KeepAliveExpired,

    /// <summary>No CONNECT (or CONNACK) came in time (MQTT-3.1.4, non-normative comment).</summary>
    ConnectTimedOut,

    /// <summary>The CONNECT was refused with a return code.</summary>
    Refused,

    /// <summary>Another connection took over the client identifier (MQTT-3.1.4-2).</summary>
    TakenOver,

    /// <summary>The user's message handler threw; <see cref="MqttClosure.Cause"/> holds what.</summary>
    HandlerFailed,

    /// <summary>More unacknowledged messages came than this client is willing to hold.</summary>
    ReceiveQueueFull,

    /// <summary>The broker is full: <see cref="MqttLimits.ConnectionsMax"/>.</summary>
    BrokerFull,

    /// <summary>The broker stopped.</summary>
    BrokerStopped,

    /// <summary>Whoever admitted the client does not want it any more.</summary>
    Expelled,
}

/// <summary>The end of a connection.</summary>
/// <param name="Fault">What the peer did wrong, for <see cref="MqttEnd.PeerFault"/>; otherwise none.</param>
/// <param name="Cause">The transport's or the handler's exception, where there was one.</param>
public sealed record MqttClosure(MqttEnd End, MqttFault Fault = MqttFault.None, Exception? Cause = null)
{
    /// <summary>MQTT 5: the reason that came with the peer's DISCONNECT.</summary>
    public MqttReasonCode Reason { get; init; }
}
