using Fog.Grains.Interfaces;
using Fog.Silo.Gateway.Backups;
using Fog.Silo.Gateway.Callers;
using Microsoft.AspNetCore.Http;
using Orleans.Runtime;

namespace Fog.Silo.Gateway.Problems;

/// <summary>The one place where failures become HTTP.</summary>
public static class ProblemMapping
{
    public static int StatusOf(FogError error) => error switch
    {
        FogError.InvalidName or FogError.InvalidRequest or FogError.InvalidArguments => StatusCodes.Status400BadRequest,
        FogError.UnknownFunction or FogError.UnknownModule or FogError.UnknownInvocation or FogError.UnknownDevice
            or FogError.UnknownRelease or FogError.UnknownRollout or FogError.UnknownToken => StatusCodes.Status404NotFound,
        FogError.IdempotencyConflict or FogError.ReleaseConflict or FogError.RolloutConflict or FogError.AlreadyEnrolled => StatusCodes.Status409Conflict,
        FogError.InvalidModule or FogError.InvalidRelease or FogError.TooManyReplicas or FogError.DeadlineUnreachable or FogError.TooLargeForDevice
            or FogError.FunctionTrapped or FogError.DeviceRequired => StatusCodes.Status422UnprocessableEntity,
        FogError.LimitExceeded => StatusCodes.Status429TooManyRequests,
        FogError.NoMajority => StatusCodes.Status502BadGateway,
        FogError.NoCapacity or FogError.BlobUnavailable => StatusCodes.Status503ServiceUnavailable,
        FogError.DeadlineExceeded => StatusCodes.Status504GatewayTimeout,
        FogError.None => throw new ArgumentOutOfRangeException(nameof(error), "A failure has a name."),
        _ => StatusCodes.Status400BadRequest,
    };

    public static Problem Of(FogException failure) => Problem.Of(failure.Error.ToString(), StatusOf(failure.Error), failure.Message);

    /// <returns>Null: a defect of our own.</returns>
    public static Problem? Of(Exception failure) => failure switch
    {
        FogException named => Of(named),
        CallerRefusedException refused => Of(refused.Error, StatusCodes.Status401Unauthorized, refused.Message),
        LocalOnlyException => Of(GatewayError.LocalOnly, StatusCodes.Status403Forbidden, failure.Message),
        BackupUnavailableException => Of(GatewayError.BackupUnavailable, StatusCodes.Status503ServiceUnavailable, failure.Message),
        TimeoutException => Of(GatewayError.FogTimeout, StatusCodes.Status503ServiceUnavailable,
            "The fog did not answer in time: ask again with the same idempotency key."),
        OrleansException => Of(GatewayError.FogUnavailable, StatusCodes.Status503ServiceUnavailable,
            "The fog is starting, stopping, or moving what was asked for to another silo: ask again in a moment with the same idempotency key."),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => OfStatus(StatusCodes.Status413PayloadTooLarge),
        BadHttpRequestException { StatusCode: StatusCodes.Status415UnsupportedMediaType } => OfStatus(StatusCodes.Status415UnsupportedMediaType),
        BadHttpRequestException malformed => Of(GatewayError.MalformedHttp, malformed.StatusCode,
            "The request is not well-formed HTTP: send it again with complete headers and body."),
        _ => null,
    };

    public static Problem Internal { get; } = Of(GatewayError.InternalError, StatusCodes.Status500InternalServerError,
        "The fog failed by a defect of its own: look into the silo's log, and report it.");

    /// <summary>A problem for a status that routing or the server set without a body.</summary>
    public static Problem OfStatus(int status) => status switch
    {
        StatusCodes.Status404NotFound => Of(GatewayError.UnknownPath, status, "Nothing is served at this path: see docs/http.md for the paths under /v1."),
        StatusCodes.Status405MethodNotAllowed => Of(GatewayError.MethodNotAllowed, status, "This path does not take that method: see docs/http.md."),
        StatusCodes.Status413PayloadTooLarge => Of(GatewayError.BodyTooLarge, status,
            $"The body is too large: a module may have {GatewayLimits.ModuleBytesMax} bytes, a call {GatewayLimits.CallBytesMax}."),
        StatusCodes.Status415UnsupportedMediaType => Of(GatewayError.UnsupportedMediaType, status,
            "Send a module as application/wasm and everything else as application/json."),
        _ => Of(GatewayError.MalformedHttp, status, "The request cannot be served as it is: see docs/http.md."),
    };

    private static Problem Of(GatewayError error, int status, string detail) => Problem.Of(error.ToString(), status, detail);
}
