using Fog.Grains.Interfaces.Clusters;
using Fog.Grains.Interfaces.Dispatch;
using Fog.Grains.Interfaces.Identity;
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
        v1.MapDelete("/devices/{name}", Revoke);
    }

    /// <summary>As the clusters see them, and those that none knows: asking each node grain would activate the sleepers.</summary>
    private static async Task<IResult> List(IGrainFactory grains, GatewayOptions options, CancellationToken cancel)
    {
        var site = await grains.GetGrain<IDispatcherGrain>(options.Site).Describe().WaitAsync(cancel);
        var clusters = await ClusterEndpoints.Describe(grains, site, cancel);
        var identities = await Identities(grains, options).Describe().WaitAsync(cancel);
        var revoked = identities.Revoked.ToHashSet(StringComparer.Ordinal);
        var seen = clusters.SelectMany(cluster => cluster.Members.Select(member => DeviceReply.Of(cluster, member)))
            .Concat(site.Unassigned.Select(node => DeviceReply.Of(node.Name)))
            .Select(device => device with { Revoked = revoked.Contains(device.Name) })
            .ToList();
        var unseen = identities.Enrolled.Except(seen.Select(static device => device.Name)).Select(DeviceReply.Of)
            .Concat(revoked.Except(seen.Select(static device => device.Name)).Select(static name => DeviceReply.Of(name) with { Revoked = true }));
        return GatewayEndpoints.Json(seen.Concat(unseen).OrderBy(static device => device.Name, StringComparer.Ordinal));
    }

    private static async Task<IResult> Describe(string name, IGrainFactory grains, GatewayOptions options, CancellationToken cancel) =>
        GatewayEndpoints.Json(DeviceDetailReply.Of(await Grain(grains, options, name).Describe().WaitAsync(cancel)));

    private static async Task<IResult> Enrol(HttpContext context, IGrainFactory grains, GatewayOptions options)
    {
        var body = await GatewayJson.Read<EnrolBody>(context);
        var enrolment = await Identities(grains, options).Enrol(body.Name, body.Replace).WaitAsync(context.RequestAborted);
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.Location = $"/v1/devices/{enrolment.Node.Name}";
        return GatewayEndpoints.Json(
            new EnrolmentReply(enrolment.Node.Site, enrolment.Node.Name, Convert.ToBase64String(enrolment.Key.AsSpan())),
            StatusCodes.Status201Created);
    }

    private static async Task<IResult> Revoke(string name, IGrainFactory grains, GatewayOptions options, CancellationToken cancel)
    {
        await Identities(grains, options).Revoke(name).WaitAsync(cancel);
        return GatewayEndpoints.Json(DeviceReply.Of(name) with { Revoked = true });
    }

    private static IIdentityGrain Identities(IGrainFactory grains, GatewayOptions options) => grains.GetGrain<IIdentityGrain>(options.Site);

    private static INodeGrain Grain(IGrainFactory grains, GatewayOptions options, string name) =>
        grains.GetGrain<INodeGrain>(new NodeId(options.Site, FogName.Check(name, "device")).ToString());
}

/// <param name="Replace">Also where the device is enrolled: its former key ends.</param>
public sealed record EnrolBody(string Name, bool Replace = false);

/// <param name="Key">The device key, 32 bytes in base64: a secret, shown in no other reply.</param>
public sealed record EnrolmentReply(string Site, string Name, string Key)
{
    /// <summary>Without the key.</summary>
    public override string ToString() => $"{Site}/{Name}";
}

/// <param name="Cluster">Null while it waits for one; all that only a cluster knows is null then.</param>
/// <param name="VotesAgainst">Its votes that differed from a majority's.</param>
/// <param name="Revoked">It is shut out; it stays in the list until it is enrolled anew.</param>
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
    int VotesAgainst,
    bool Revoked = false)
{
    /// <summary>One that no cluster knows.</summary>
    public static DeviceReply Of(string name) => new(name, null, false, null, null, null, null, null, 0, 0);

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
