using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Functions;
using Fog.Grains.Interfaces.Ids;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orleans;

namespace Fog.Silo.Gateway.Functions;

internal static class FunctionEndpoints
{
    private const string WasmMediaType = "application/wasm";

    public static void MapFunctions(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/functions", List);
        v1.MapGet("/functions/{name}", Describe);
        v1.MapGet("/functions/{name}/state", State);
        v1.MapPut("/functions/{name}", Deploy).WithBodyLimit(GatewayLimits.ModuleBytesMax);
    }

    private static async Task<IResult> List(IGrainFactory grains, GatewayOptions options, CancellationToken cancel)
    {
        var names = await grains.GetGrain<IFunctionDirectoryGrain>(options.Tenant).List().WaitAsync(cancel);
        var views = await Listing.Of(names, name => Grain(grains, options, name).Describe(), cancel);
        return GatewayEndpoints.Json(views.Select(FunctionReply.Of));
    }

    private static async Task<IResult> Describe(string name, IGrainFactory grains, GatewayOptions options, CancellationToken cancel) =>
        GatewayEndpoints.Json(FunctionReply.Of(await Grain(grains, options, name).Describe().WaitAsync(cancel)));

    /// <summary>What it keeps at the silo's site. A function that is not deployed any more may keep something still.</summary>
    private static async Task<IResult> State(string name, IGrainFactory grains, GatewayOptions options, CancellationToken cancel)
    {
        var kept = grains.GetGrain<IFunctionStateGrain>(new FunctionId(options.Tenant, FogName.Check(name, "function")).At(options.Site));
        return GatewayEndpoints.Json((await kept.Read().WaitAsync(cancel)).Select(KeptReply.Of));
    }

    private static async Task<IResult> Deploy(string name, HttpContext context, IGrainFactory grains, GatewayOptions options)
    {
        FogName.Check(name, "function");
        if (!string.Equals(context.Request.ContentType, WasmMediaType, StringComparison.OrdinalIgnoreCase))
        {
            throw new BadHttpRequestException("A module expected.", StatusCodes.Status415UnsupportedMediaType);
        }

        var wasm = await ReadModule(context);
        return GatewayEndpoints.Json(FunctionReply.Of(await Grain(grains, options, name).Deploy(wasm).WaitAsync(context.RequestAborted)));
    }

    /// <summary>The server enforces <see cref="GatewayLimits.ModuleBytesMax"/> while reading.</summary>
    private static async Task<ImmutableArray<byte>> ReadModule(HttpContext context)
    {
        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
        return buffer.Length > 0
            ? ImmutableCollectionsMarshal.AsImmutableArray(buffer.ToArray())
            : throw new FogException(FogError.InvalidModule, "The body is empty: send the module's bytes.");
    }

    private static IFunctionGrain Grain(IGrainFactory grains, GatewayOptions options, string name) =>
        grains.GetGrain<IFunctionGrain>(new FunctionId(options.Tenant, FogName.Check(name, "function")).ToString());
}

/// <param name="Signature">For people: <c>rosen(x: f64[]) -> f64</c>.</param>
/// <param name="Module">SHA-256 of the module.</param>
/// <param name="Image">SHA-256 of the device image made of it.</param>
public sealed record FunctionReply(
    string Name,
    int Version,
    string Signature,
    int Replicas,
    string Module,
    int ModuleBytes,
    string Image,
    int ImageBytes)
{
    public static FunctionReply Of(FunctionView view) => new(
        view.Function.Name,
        view.Version,
        view.Signature,
        view.Replicas,
        view.Module.Hex,
        view.ModuleBytes,
        view.Image.Hex,
        view.ImageBytes);
}

/// <param name="Text">As the function put it.</param>
/// <param name="Call">Which call put it.</param>
/// <param name="AcceptedAt">When that was accepted.</param>
public sealed record KeptReply(string Key, string Text, string Call, DateTimeOffset AcceptedAt)
{
    public static KeptReply Of(KeptValue value) => new(value.Key, value.Text, value.Stamp.Call.Name, value.Stamp.AcceptedAt);
}
