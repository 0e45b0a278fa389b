namespace Fog.DeviceProxy.Mqtt.Broker;

/// <summary>Who may connect, and what they may do. The broker asks; the fog, or a test, answers.</summary>
public interface IMqttAccess
{
    /// <summary>
    /// Checks the credentials of a CONNECT. May take its time (the broker serves everybody else meanwhile),
    /// but not longer than <see cref="MqttLimits.ConnectTimeout"/>.
    /// </summary>
    ValueTask<MqttAdmission> AdmitAsync(MqttCredentials credentials);

    /// <summary>Asked for every message and every will; must answer at once, from memory.</summary>
    bool MayPublish(string identity, string topic);

    /// <summary>Asked for every filter; must answer at once, from memory.</summary>
    bool MaySubscribe(string identity, string filter);

    /// <summary>Told when a connection is ended, or refused, because this identity sent or connected too often. Must return at once, and call nothing of the broker.</summary>
    void RateExceeded(string identity)
    {
    }
}

/// <summary>What a CONNECT offers to prove who sends it. Its text form shows no secret.</summary>
public sealed class MqttCredentials(string clientId, string? userName, ReadOnlyMemory<byte>? password, string? willTopic = null, string? certifiedName = null)
{
    /// <summary>Empty: the broker will assign one.</summary>
    public string ClientId { get; } = clientId;

    public string? UserName { get; } = userName;

    public ReadOnlyMemory<byte>? Password { get; } = password;

    /// <summary>Where its last will would go; null: it has none.</summary>
    public string? WillTopic { get; } = willTopic;

    /// <summary>Whom the client's certificate names (<see cref="MqttTls.CertifiedName"/>), where one was shown and an authority of the endpoint has issued it; else null.</summary>
    public string? CertifiedName { get; } = certifiedName;

    public override string ToString() => $"client '{ClientId}'";
}

/// <summary>The answer to credentials.</summary>
/// <param name="ReturnCode">Accepted, or what the CONNACK is to say.</param>
/// <param name="Identity">Who it is, as the other questions will name it.</param>
public readonly record struct MqttAdmission(ConnectReturnCode ReturnCode, string Identity)
{
    public static MqttAdmission Accept(string identity) => new(ConnectReturnCode.Accepted, identity);

    public static MqttAdmission Refuse(ConnectReturnCode code) => new(code, "");
}

/// <summary>Everybody may do everything.</summary>
public sealed class AllowAll : IMqttAccess
{
    public ValueTask<MqttAdmission> AdmitAsync(MqttCredentials credentials) => new(MqttAdmission.Accept(credentials.ClientId));

    public bool MayPublish(string identity, string topic) => true;

    public bool MaySubscribe(string identity, string filter) => true;
}
