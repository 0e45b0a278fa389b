namespace Fog.Silo.Gateway.Problems;

/// <summary>Failures that the gateway names itself, beside <see cref="Fog.Grains.Interfaces.FogError"/>.</summary>
public enum GatewayError
{
    /// <summary>No such path.</summary>
    UnknownPath,
    MethodNotAllowed,
    UnsupportedMediaType,
    /// <summary>The body exceeds its limit.</summary>
    BodyTooLarge,
    /// <summary>HTTP itself was malformed.</summary>
    MalformedHttp,
    /// <summary>A grain did not answer in time; the request may have been carried out.</summary>
    FogTimeout,
    /// <summary>The engine is starting or stopping.</summary>
    FogUnavailable,
    /// <summary>The caller showed no token, and needs one.</summary>
    TokenRequired,
    /// <summary>No token of the site, or one that was revoked.</summary>
    TokenUnknown,
    /// <summary>This is for the silo's own machine.</summary>
    LocalOnly,
    /// <summary>No backup can be taken now.</summary>
    BackupUnavailable,
    /// <summary>A defect of the fog.</summary>
    InternalError,
}
