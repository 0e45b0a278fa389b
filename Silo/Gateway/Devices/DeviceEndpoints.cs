using Fog.Grains.Interfaces.Clusters;
using Fog.Grains.Interfaces.Dispatch;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Nodes;
using Fog.Silo.Gateway.Clusters;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orleans;

namespace Fog.Silo.Gateway.Devices;

internal static class DeviceEndpoints
{
    public static void MapDevices(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/devices", List);
        v1.MapGet("/devices/{name}", Describe);
        v1.MapPost("/devices", Enrol).WithBodyLimit(GatewayLimits.SmallBodyBytesMax);
    }

    /// <summary>As the clusters see them: asking each node grain would activate the sleepers.</summary>
    private static async Task<IResult> List(IGrainFactory grains, GatewayOptions options, CancellationToken cancel)
    {
        var site = await grains.GetGrain<IDispatcherGrain>(options.Site).Describe().WaitAsync(cancel);
        var clusters = await ClusterEndpoints.Describe(grains, site, cancel);
        var members = clusters.SelectMany(cluster => cluster.Members.Select(member => DeviceReply.Of(cluster, member)));
        var unassigned = site.Unassigned.Select(node => new DeviceReply(node.Name, null, false, null, null, null, null, null, 0, 0));
        return GatewayEndpoints.Json(members.Concat(unassigned).OrderBy(device => device.Name, StringComparer.Ordinal));
    }

    private static async Task<IResult> Describe(string name, IGrainFactory grains, GatewayOptions options, CancellationToken cancel) =>
        GatewayEndpoints.Json(DeviceDetailReply.Of(await Grain(grains, options, name).Describe().WaitAsync(cancel)));

    private static async Task<IResult> Enrol(HttpContext context, IGrainFactory grains, GatewayOptions options)
    {
        var body = await GatewayJson.Read<EnrolBody>(context);
        var enrolment = await Grain(grains, options, body.Name).Enrol().WaitAsync(context.RequestAborted);
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.Location = $"/v1/devices/{enrolment.Node.Name}";
        return GatewayEndpoints.Json(
            new EnrolmentReply(enrolment.Node.Site, enrolment.Node.Name, Convert.ToBase64String(enrolment.Key.AsSpan())),
            StatusCodes.Status201Created);
    }

    private static INodeGrain Grain(IGrainFactory grains, GatewayOptions options, string name) =>
        grains.GetGrain<INodeGrain>(new NodeId(options.Site, FogName.Check(name, "device")).ToString());
}

public sealed record EnrolBody(string Name);

/// <param name="Key">The device key, 32 bytes in base64: a secret, shown in no other reply.</param>
public sealed record EnrolmentReply(string Site, string Name, string Key);

/// <param name="Cluster">Null while it waits for one; all that only a cluster knows is null then.</param>
/// <param name="VotesAgainst">Its votes that differed from a majority's.</param>
public sealed record DeviceReply(
    string Name,
    string? Cluster,
    bool Leader,
    NodePresence? Presence,
    double? PeriodSeconds,
    double? DutyPercent,
    DateTimeOffset? LastConnection,
    DateTimeOffset? NextWake,
    int VotesFor,
    int VotesAgainst)
{
    public static DeviceReply Of(ClusterView cluster, MemberView member) => new(
        member.Node.Name,
        cluster.Cluster.Name,
        cluster.Leader == member.Node,
        member.Presence,
        member.DutyCycle.Period.TotalSeconds,
        member.DutyCycle.ListenPermille / 10.0,
        member.LastConnection,
        member.NextWake,
        member.VotesFor,
        member.VotesAgainst);
}

/// <param name="Firmware">major.minor.patch.</param>
/// <param name="Mail">Tasks and notices that wait for it.</param>
/// <param name="ObservedSeconds">Time its energy reports cover.</param>
public sealed record DeviceDetailReply(
    string Name,
    string? Cluster,
    bool Leader,
    NodePresence Presence,
    double PeriodSeconds,
    double DutyPercent,
    string Firmware,
    int BatteryMillivolts,
    DateTimeOffset? LastSeen,
    DateTimeOffset? NextWake,
    int Mail,
    double ObservedSeconds,
    double Coulombs,
    double Joules,
    double AlwaysOnJoules)
{
    public static DeviceDetailReply Of(NodeView view) => new(
        view.Node.Name,
        view.Cluster?.Name,
        view.Leader,
        view.Presence,
        view.DutyCycle.Period.TotalSeconds,
        view.DutyCycle.ListenPermille / 10.0,
        $"{view.FirmwareVersion >> 16}.{(view.FirmwareVersion >> 8) & 0xFF}.{view.FirmwareVersion & 0xFF}",
        view.BatteryMillivolts,
        view.LastSeen,
        view.NextWake,
        view.MailCount,
        view.Energy.Observed.TotalSeconds,
        view.Energy.Coulombs,
        view.Energy.Joules,
        view.Energy.AlwaysOnJoules);
}
