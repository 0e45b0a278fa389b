using Fog.Grains.Interfaces.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orleans;

namespace Fog.Silo.Gateway.Callers;

internal static class TokenEndpoints
{
    public static void MapTokens(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/tokens", List);
        v1.MapPost("/tokens", Issue).WithBodyLimit(GatewayLimits.SmallBodyBytesMax);
        v1.MapDelete("/tokens/{name}", Revoke);
    }

    private static async Task<IResult> List(IGrainFactory grains, GatewayOptions options, CancellationToken cancel)
    {
        var site = await Grain(grains, options).Describe().WaitAsync(cancel);
        return GatewayEndpoints.Json(site.Tokens.Select(static token => new TokenReply(token.Name, token.IssuedAt, null)));
    }

    private static async Task<IResult> Issue(HttpContext context, IGrainFactory grains, GatewayOptions options)
    {
        var body = await GatewayJson.Read<TokenBody>(context);
        var issued = await Grain(grains, options).IssueToken(body.Name).WaitAsync(context.RequestAborted);
        context.Response.Headers.CacheControl = "no-store";
        return GatewayEndpoints.Json(new TokenReply(issued.Name, null, issued.Token), StatusCodes.Status201Created);
    }

    private static async Task<IResult> Revoke(string name, IGrainFactory grains, GatewayOptions options, CancellationToken cancel)
    {
        await Grain(grains, options).RevokeToken(name).WaitAsync(cancel);
        return GatewayEndpoints.Json(new TokenReply(name, null, null));
    }

    private static IIdentityGrain Grain(IGrainFactory grains, GatewayOptions options) => grains.GetGrain<IIdentityGrain>(options.Site);
}

public sealed record TokenBody(string Name);

/// <param name="Token">The secret, in the answer that makes it and in no other.</param>
public sealed record TokenReply(string Name, DateTimeOffset? IssuedAt, string? Token)
{
    /// <summary>Without the token.</summary>
    public override string ToString() => Name;
}
