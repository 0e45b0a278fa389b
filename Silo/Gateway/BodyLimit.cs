using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Metadata;

namespace Fog.Silo.Gateway;

/// <summary>Most bytes that the body of an end point's request may have.</summary>
internal sealed record BodyLimit(long? MaxRequestBodySize) : IRequestSizeLimitMetadata;

internal static class BodyLimitConventions
{
    public static RouteHandlerBuilder WithBodyLimit(this RouteHandlerBuilder endpoint, long bytesMax) => endpoint.WithMetadata(new BodyLimit(bytesMax));
}
