namespace Fog.DeviceProxy.Mqtt;

/// <summary>What a caller of a connection could not get.</summary>
public enum MqttFailure
{
    /// <summary>No network connection to the broker came about.</summary>
    Unreachable,

    /// <summary>The broker refused the CONNECT; <see cref="MqttException.ReturnCode"/> says why.</summary>
    ConnectRefused,

    /// <summary>The connection has ended; <see cref="MqttException.Closure"/> says why.</summary>
    ConnectionEnded,

    /// <summary>The broker refused the subscription (SUBACK 0x80).</summary>
    SubscribeRefused,
}

/// <summary>The one exception of this library; misuse is an <see cref="ArgumentException"/>.</summary>
public sealed class MqttException : Exception
{
    private MqttException(MqttFailure failure, string message, Exception? inner) : base(message, inner) => Failure = failure;

    public MqttFailure Failure { get; }

    /// <summary>The CONNACK's code, for <see cref="MqttFailure.ConnectRefused"/>.</summary>
    public ConnectReturnCode ReturnCode { get; private init; }

    /// <summary>For <see cref="MqttFailure.ConnectionEnded"/>.</summary>
    public MqttClosure? Closure { get; private init; }

    internal static MqttException Unreachable(string endPoint, Exception? cause) =>
        new(MqttFailure.Unreachable, $"No MQTT broker answers at {endPoint}.", cause);

    internal static MqttException Refused(ConnectReturnCode code) =>
        new(MqttFailure.ConnectRefused, $"The MQTT broker refused the connection: {code}.", null) { ReturnCode = code };

    internal static MqttException Ended(MqttClosure closure) =>
        new(MqttFailure.ConnectionEnded,
            closure.End == MqttEnd.PeerFault
                ? $"The MQTT connection has ended: the peer's packet was wrong ({closure.Fault})."
                : $"The MQTT connection has ended: {closure.End}.",
            closure.Cause)
        { Closure = closure };

    internal static MqttException SubscribeRefused(string filter) =>
        new(MqttFailure.SubscribeRefused, $"The MQTT broker refused the subscription to '{filter}'.", null);
}
