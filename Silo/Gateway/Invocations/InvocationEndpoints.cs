using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Invocations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Orleans;

namespace Fog.Silo.Gateway.Invocations;

internal static class InvocationEndpoints
{
    public static void MapInvocations(this IEndpointRouteBuilder v1)
    {
        v1.MapPost("/functions/{name}/invocations", Start).WithBodyLimit(GatewayLimits.CallBytesMax);
        v1.MapGet("/invocations/{id}", Describe);
        v1.MapGet("/invocations/{id}/events", Events);
    }

    private static async Task<IResult> Start(string name, HttpContext context, IGrainFactory grains, GatewayOptions options)
    {
        var function = new FunctionId(options.Tenant, FogName.Check(name, "function"));
        var body = await GatewayJson.Read<CallBody>(context);
        var id = body.ToId(options.Tenant);
        var request = body.ToRequest(function, options.Site);
        var grain = grains.GetGrain<IInvocationGrain>(id.ToString());
        var status = await grain.Start(request).WaitAsync(context.RequestAborted);
        context.Response.Headers.Location = $"/v1/invocations/{id.Name}";
        return GatewayEndpoints.Json(await Reply(grain, status, context.RequestAborted), StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> Describe(string id, IGrainFactory grains, GatewayOptions options, CancellationToken cancel)
    {
        var grain = Grain(grains, options, id);
        return GatewayEndpoints.Json(await Reply(grain, await grain.Describe().WaitAsync(cancel), cancel));
    }

    private static async Task<IResult> Events(
        string id,
        IGrainFactory grains,
        GatewayOptions options,
        TimeProvider clock,
        IHostApplicationLifetime silo,
        CancellationToken cancel)
    {
        var grain = Grain(grains, options, id);

        // An unknown id must be a problem with its status, so it is asked for before the stream begins.
        await grain.Describe().WaitAsync(cancel);
        return TypedResults.ServerSentEvents(new InvocationEvents(grains, grain, clock, silo.ApplicationStopping).Read(cancel));
    }

    private static async Task<InvocationReply> Reply(IInvocationGrain grain, InvocationStatus status, CancellationToken cancel) =>
        InvocationReply.Of(status, status.Phase == InvocationPhase.Completed ? await grain.ResultJson().WaitAsync(cancel) : null);

    private static IInvocationGrain Grain(IGrainFactory grains, GatewayOptions options, string id) =>
        grains.GetGrain<IInvocationGrain>(new InvocationId(options.Tenant, FogName.Check(id, "invocation")).ToString());
}
