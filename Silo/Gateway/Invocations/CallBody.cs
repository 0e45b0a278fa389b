using System.Text.Json;
using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Dispatch;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Invocations;

namespace Fog.Silo.Gateway.Invocations;

/// <summary>Body of a call.</summary>
/// <param name="Arguments">A JSON array, one element a parameter.</param>
/// <param name="Replicas">Seats: odd, 1 to 7. Default: the function's own.</param>
/// <param name="TimeoutSeconds">1 to 86400. Default 300.</param>
/// <param name="Placement">Default <see cref="Placement.Devices"/>.</param>
/// <param name="Site">Default: the silo's.</param>
/// <param name="IdempotencyKey">The call's name, <c>[a-z0-9-]{1,32}</c>: the same body under the same key is the same call. Default: a fresh one.</param>
/// <param name="Module">SHA-256 of the module in lower-case hex: the function as exactly these bytes. Default: its current version.</param>
/// <param name="Device">Name of the one device that is to run it, without a vote; with sensors it must be there. Default: none.</param>
public sealed record CallBody(
    JsonElement Arguments,
    int? Replicas = null,
    double? TimeoutSeconds = null,
    Placement? Placement = null,
    string? Site = null,
    string? IdempotencyKey = null,
    string? Module = null,
    string? Device = null)
{
    /// <exception cref="FogException"><see cref="FogError.InvalidRequest"/>, <see cref="FogError.InvalidName"/>, <see cref="FogError.InvalidArguments"/>, <see cref="FogError.TooManyReplicas"/>.</exception>
    internal InvocationRequest ToRequest(FunctionId function, string defaultSite)
    {
        if (Arguments.ValueKind != JsonValueKind.Array)
        {
            throw new FogException(FogError.InvalidRequest, "'arguments' must be a JSON array with one element for each parameter.");
        }

        string arguments = Arguments.GetRawText();
        if (arguments.Length > GatewayLimits.ArgumentsLengthMax)
        {
            throw new FogException(FogError.InvalidArguments, $"The arguments have {arguments.Length} characters of JSON: at most {GatewayLimits.ArgumentsLengthMax} are taken.");
        }

        if (Replicas is { } replicas && (replicas is < 1 or > 7 || replicas % 2 == 0))
        {
            throw new FogException(FogError.TooManyReplicas, $"{replicas} replicas cannot be asked for: use 1, 3, 5 or 7.");
        }

        return new InvocationRequest(
            function,
            Site is null ? defaultSite : FogName.Check(Site, "site"),
            arguments,
            Replicas,
            Timeout(),
            Placement ?? Fog.Grains.Interfaces.Dispatch.Placement.Devices,
            Module is null ? null : ToDigest(Module),
            Device: Device);
    }

    private static Digest ToDigest(string hex) => hex.Length == 64 && hex.All(char.IsAsciiHexDigitLower)
        ? new Digest(hex)
        : throw new FogException(FogError.InvalidRequest, "'module' must be the module's SHA-256 in lower-case hex.");

    internal InvocationId ToId(string tenant) =>
        new(tenant, IdempotencyKey is null ? Guid.NewGuid().ToString("N") : FogName.Check(IdempotencyKey, "idempotency key"));

    private TimeSpan Timeout() => TimeoutSeconds switch
    {
        null => GatewayLimits.TimeoutDefault,
        { } seconds when seconds >= GatewayLimits.TimeoutMin.TotalSeconds && seconds <= GatewayLimits.TimeoutMax.TotalSeconds => TimeSpan.FromSeconds(seconds),
        { } seconds => throw new FogException(
            FogError.InvalidRequest,
            FormattableString.Invariant($"'timeoutSeconds' is {seconds}: use {GatewayLimits.TimeoutMin.TotalSeconds} to {GatewayLimits.TimeoutMax.TotalSeconds}.")),
    };
}
