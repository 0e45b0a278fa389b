namespace Fog.Silo.Gateway.Problems;

/// <summary>RFC 9457 problem details. <paramref name="Code"/> is what callers match on: a <see cref="Fog.Grains.Interfaces.FogError"/>
/// or one of <see cref="GatewayError"/>; <paramref name="Detail"/> is one sentence that says what to do.</summary>
public sealed record Problem(
    string Type,
    string Title,
    int Status,
    string Code,
    string Detail)
{
    public const string MediaType = "application/problem+json";

    public static Problem Of(string code, int status, string detail) => new("about:blank", code, status, code, detail);
}
