using System.Security.Authentication;

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

    /// <summary>MQTT 5: the broker does not take the message; <see cref="MqttException.ReasonCode"/> says why.</summary>
    PublishRefused,

    /// <summary>TLS did not come about: the broker's certificate is of another name, no trusted authority vouches for it, or the broker speaks no TLS.</summary>
    TlsFailed,
}

/// <summary>The one exception of this library; misuse is an <see cref="ArgumentException"/>.</summary>
public sealed class MqttException : Exception
{
    private MqttException(MqttFailure failure, string message, Exception? inner) : base(message, inner) => Failure = failure;

    public MqttFailure Failure { get; }

    /// <summary>The CONNACK's code, for <see cref="MqttFailure.ConnectRefused"/>.</summary>
    public ConnectReturnCode ReturnCode { get; private init; }

    /// <summary>MQTT 5: why the broker refused, or ended the connection.</summary>
    public MqttReasonCode ReasonCode { get; private init; }

    /// <summary>For <see cref="MqttFailure.ConnectionEnded"/>.</summary>
    public MqttClosure? Closure { get; private init; }

    /// <param name="cause">If TLS is among the reasons, the exception is <see cref="MqttFailure.TlsFailed"/> and says what is wrong with it.</param>
    public static MqttException Unreachable(string endPoint, Exception? cause)
    {
        for (var reason = cause; reason is not null; reason = reason.InnerException)
        {
            if (reason is AuthenticationException)
                return new(MqttFailure.TlsFailed, $"TLS with the MQTT broker at {endPoint} failed: {(reason.InnerException ?? reason).Message}", cause);
        }

        return new(MqttFailure.Unreachable, $"No MQTT broker answers at {endPoint}.", cause);
    }

    public static MqttException Refused(ConnectReturnCode code, MqttReasonCode reason = MqttReasonCode.Success) =>
        new(MqttFailure.ConnectRefused, $"The MQTT broker refused the connection: {(reason == MqttReasonCode.Success ? $"{code}" : $"{reason}")}.", null)
        {
            ReturnCode = code,
            ReasonCode = reason,
        };

    public static MqttException PublishRefused(string topic, MqttReasonCode reason) =>
        new(MqttFailure.PublishRefused, $"The MQTT broker does not take the message on '{topic}': {reason}.", null) { ReasonCode = reason };

    public static MqttException Ended(MqttClosure closure) =>
        new(MqttFailure.ConnectionEnded,
            closure.End == MqttEnd.PeerFault
                ? $"The MQTT connection has ended: the peer's packet was wrong ({closure.Fault})."
                : $"The MQTT connection has ended: {closure.End}.",
            closure.Cause)
        { Closure = closure, ReasonCode = closure.Reason };

    public static MqttException SubscribeRefused(string filter, MqttReasonCode reason = MqttReasonCode.UnspecifiedError) =>
        new(MqttFailure.SubscribeRefused, $"The MQTT broker refused the subscription to '{filter}': {reason}.", null) { ReasonCode = reason };
}
