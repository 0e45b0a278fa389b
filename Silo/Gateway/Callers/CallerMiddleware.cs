using System.Security.Cryptography;
using System.Text;
using Fog.Grains.Interfaces.Identity;
using Fog.Silo.Gateway.Backups;
using Fog.Silo.Gateway.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Orleans;

namespace Fog.Silo.Gateway.Callers;

/// <summary>Lets those call the API who have a token of the site; as long as the site has none, whoever is on the silo's own machine.</summary>
internal sealed class CallerMiddleware(RequestDelegate next, GatewayOptions options)
{
    private const string Scheme = "Bearer ";

    public async Task InvokeAsync(HttpContext context)
    {
        var path = context.Request.Path;
        if (path.StartsWithSegments("/v1", StringComparison.OrdinalIgnoreCase) && !path.Equals("/v1/health", StringComparison.OrdinalIgnoreCase))
        {
            await Admit(context);
        }

        await next(context);
    }

    /// <exception cref="CallerRefusedException">Not this caller.</exception>
    private async Task Admit(HttpContext context)
    {
        string header = context.Request.Headers.Authorization.ToString();
        bool hasToken = header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);
        byte[] hash = hasToken ? SHA256.HashData(Encoding.UTF8.GetBytes(header[Scheme.Length..].Trim())) : [];
        if (hasToken && context.RequestServices.GetService<OwnerToken>() is { } owner && CryptographicOperations.FixedTimeEquals(owner.Sha256.AsSpan(), hash))
        {
            return;
        }

        var grains = context.RequestServices.GetRequiredService<IGrainFactory>();
        var check = await grains.GetGrain<IIdentityGrain>(options.Site).Check([.. hash]).WaitAsync(context.RequestAborted);
        if (check == TokenCheck.Valid || (check == TokenCheck.NoneIssued && LocalCaller.Is(context)))
        {
            return;
        }

        throw hasToken && check == TokenCheck.Invalid
            ? new CallerRefusedException(GatewayError.TokenUnknown, "The token is none of this site, or was revoked: ask its owner for another.")
            : new CallerRefusedException(GatewayError.TokenRequired, "This site's API is for callers with a token: make one with `fog token create NAME` on the silo's machine, and give it as --token or FOG_TOKEN.");
    }
}

/// <summary>What the owner of the master keys may show in place of a token, so that nobody is locked out for good.</summary>
/// <param name="Sha256">Of its text.</param>
public sealed record OwnerToken(System.Collections.Immutable.ImmutableArray<byte> Sha256);

internal sealed class CallerRefusedException(GatewayError error, string message) : Exception(message)
{
    public GatewayError Error { get; } = error;
}
