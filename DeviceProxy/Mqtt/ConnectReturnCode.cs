namespace Fog.DeviceProxy.Mqtt;

/// <summary>The answer to a CONNECT (3.2.2.3, table 3.1). The values are those on the wire.</summary>
public enum ConnectReturnCode : byte
{
    Accepted = 0,
    UnacceptableProtocolVersion = 1,
    IdentifierRejected = 2,
    ServerUnavailable = 3,
    BadUserNameOrPassword = 4,
    NotAuthorized = 5,
}
