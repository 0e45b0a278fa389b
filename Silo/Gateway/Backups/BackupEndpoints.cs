using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fog.Silo.Gateway.Backups;

/// <summary>Hands out everything the silo keeps, the devices' keys among it, though sealed: to its own machine only.</summary>
internal static class BackupEndpoints
{
    public const string MediaType = "application/vnd.fog.backup";

    public static void MapBackups(this IEndpointRouteBuilder v1) => v1.MapGet("/backup", Download);

    private static async Task Download(HttpContext context, IStateBackup backups)
    {
        if (!LocalCaller.Is(context))
        {
            throw new LocalOnlyException();
        }

        await using var taken = await backups.Take(context.RequestAborted);
        context.Response.ContentType = MediaType;
        context.Response.ContentLength = taken.Content.Length;
        await taken.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}
