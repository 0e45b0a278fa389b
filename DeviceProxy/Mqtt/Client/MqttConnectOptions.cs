using System.Net.Security;

namespace Fog.DeviceProxy.Mqtt.Client;

/// <summary>How a client introduces itself. Its text form shows no secret.</summary>
public sealed class MqttConnectOptions
{
    /// <summary>Empty: the broker assigns one, unknown to the client; the session must be clean then (MQTT-3.1.3-7).</summary>
    public string ClientId { get; init; } = "";

    /// <summary>Default 3.1.1, which every broker speaks.</summary>
    public MqttVersion Version { get; init; } = MqttVersion.V311;

    public string? UserName { get; init; }

    /// <summary>Needs a user name in 3.1.1 (MQTT-3.1.2-22).</summary>
    public ReadOnlyMemory<byte>? Password { get; init; }

    /// <summary>False: the broker keeps subscriptions and undelivered messages between connections. Default true.</summary>
    public bool CleanSession { get; init; } = true;

    /// <summary>MQTT 5: a session that is not clean begins anew, whatever the broker has kept of this client until now. Default false.</summary>
    public bool CleanStart { get; init; }

    /// <summary>MQTT 5: how long the broker keeps a session that is not clean after its connection; whole seconds. Default seven days. A 3.1.1 broker decides itself.</summary>
    public TimeSpan SessionExpiry { get; init; } = TimeSpan.FromDays(7);

    /// <summary>MQTT 5: how long after the connection's end the broker publishes the will, unless the client is back; whole seconds.</summary>
    public TimeSpan WillDelay { get; init; }

    /// <summary>Whole seconds, 0 to 65,535; zero: none. Default 60 s.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>What the broker publishes for the client when it drops off without DISCONNECT; at most 65,535 bytes.</summary>
    public MqttMessage? Will { get; init; }

    /// <summary>
    /// This side's half of a session that is not clean. None: it ends with the connection, and what was not
    /// acknowledged by then has failed for good.
    /// </summary>
    public MqttClientSession? Session { get; init; }

    /// <summary>TLS over TCP; its target host names the broker, as its certificate does. None: in the clear.</summary>
    public SslClientAuthenticationOptions? Tls { get; init; }

    public MqttLimits Limits { get; init; } = new();

    public override string ToString() => $"client '{ClientId}'";
}
