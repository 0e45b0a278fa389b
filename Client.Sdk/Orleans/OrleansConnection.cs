using System.Collections.Immutable;
using System.Text.Json;
using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Clusters;
using Fog.Grains.Interfaces.Dispatch;
using Fog.Grains.Interfaces.Events;
using Fog.Grains.Interfaces.Functions;
using Fog.Grains.Interfaces.Identity;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Invocations;
using Fog.Grains.Interfaces.Nodes;
using Fog.Grains.Interfaces.Rollouts;
using CallPhase = Fog.Grains.Interfaces.Invocations.InvocationPhase;

namespace Fog.Client;

/// <summary>Asks the grains themselves, and shows their answers as the gateway would.</summary>
internal sealed class OrleansConnection(IClusterClient grains, string site, string tenant, TimeProvider clock) : IFogConnection
{
    /// <summary>Calls in flight for one listing.</summary>
    private const int ListingParallelismMax = 16;

    public async Task<SiloInfo> Silo(CancellationToken cancel)
    {
        var view = await Site(cancel);
        return new("up", view.Site, view.Clusters.Length, view.Clusters.Sum(static c => c.LiveMembers) + view.Unassigned.Length, [.. view.Hosts.Select(static h => h.Name)]);
    }

    public Task<FunctionInfo> Deploy(string name, ReadOnlyMemory<byte> wasm, CancellationToken cancel) =>
        Ask(async () => Views.Of(await Function(name).Deploy([.. wasm.Span]).WaitAsync(cancel)), cancel);

    public async Task<IReadOnlyList<FunctionInfo>> Functions(CancellationToken cancel)
    {
        var names = await Ask(() => grains.GetGrain<IFunctionDirectoryGrain>(tenant).List().WaitAsync(cancel), cancel);
        return await List(names, name => Function(name).Describe(), Views.Of, cancel);
    }

    public async Task<IReadOnlyList<KeptValueInfo>> State(string function, CancellationToken cancel) => await Ask(
        async () =>
        {
            var kept = grains.GetGrain<IFunctionStateGrain>(new FunctionId(tenant, FogName.Check(function, "function")).At(site));
            return (await kept.Read().WaitAsync(cancel)).Select(Views.Of).ToList();
        },
        cancel);

    public async Task<IReadOnlyList<DeviceInfo>> Devices(CancellationToken cancel)
    {
        var view = await Site(cancel);
        var clusters = await List(view.Clusters, Describe, static cluster => cluster, cancel);
        var identities = await Ask(() => Identities.Describe().WaitAsync(cancel), cancel);
        var revoked = identities.Revoked.ToHashSet(StringComparer.Ordinal);
        var seen = clusters.SelectMany(static cluster => cluster.Members.Select(member => Views.Of(cluster, member)))
            .Concat(view.Unassigned.Select(static node => Unseen(node.Name)))
            .Select(device => device with { Revoked = revoked.Contains(device.Name) })
            .ToList();
        var unseen = identities.Enrolled.Except(seen.Select(static device => device.Name)).Select(Unseen)
            .Concat(revoked.Except(seen.Select(static device => device.Name)).Select(static name => Unseen(name) with { Revoked = true }));
        return [.. seen.Concat(unseen).OrderBy(static device => device.Name, StringComparer.Ordinal)];

        static DeviceInfo Unseen(string name) => new(name, null, false, null, null, null, null, null, 0, 0);
    }

    public Task<DeviceDetail> Device(string name, CancellationToken cancel) => Ask(async () => Views.Of(await Node(name).Describe().WaitAsync(cancel)), cancel);

    public async Task<IReadOnlyList<ClusterInfo>> Clusters(CancellationToken cancel) =>
        [.. (await List((await Site(cancel)).Clusters, Describe, Views.Of, cancel)).OrderBy(static cluster => cluster.Name, StringComparer.Ordinal)];

    public Task<Enrolment> Enrol(string name, bool replace, CancellationToken cancel) => Ask(
        async () =>
        {
            var made = await Identities.Enrol(name, replace).WaitAsync(cancel);
            return new Enrolment(made.Node.Site, made.Node.Name, Convert.ToBase64String(made.Key.AsSpan()));
        },
        cancel);

    public Task Revoke(string name, CancellationToken cancel) => Ask(
        async () =>
        {
            await Identities.Revoke(name).WaitAsync(cancel);
            return name;
        },
        cancel);

    public Task<IssuedToken> IssueToken(string name, CancellationToken cancel) => Ask(
        async () =>
        {
            var issued = await Identities.IssueToken(name).WaitAsync(cancel);
            return new IssuedToken(issued.Name, issued.Token);
        },
        cancel);

    public async Task<IReadOnlyList<TokenInfo>> Tokens(CancellationToken cancel) =>
        [.. (await Ask(() => Identities.Describe().WaitAsync(cancel), cancel)).Tokens.Select(static token => new TokenInfo(token.Name, token.IssuedAt))];

    public Task RevokeToken(string name, CancellationToken cancel) => Ask(
        async () =>
        {
            await Identities.RevokeToken(name).WaitAsync(cancel);
            return name;
        },
        cancel);

    public Task<ReleaseInfo> AddRelease(ReadOnlyMemory<byte> file, CancellationToken cancel) =>
        Ask(async () => Views.Of(await Catalogue.Add([.. file.Span]).WaitAsync(cancel)), cancel);

    public Task<IReadOnlyList<ReleaseInfo>> Releases(CancellationToken cancel) =>
        Ask(async () => (IReadOnlyList<ReleaseInfo>)[.. (await Catalogue.List().WaitAsync(cancel)).Select(Views.Of)], cancel);

    public Task<RolloutInfo> StartRollout(string release, RolloutOptions options, CancellationToken cancel) => Ask(
        async () =>
        {
            var policy = new RolloutPolicy([.. options.StagesPermille], options.SuccessPermille, options.PauseOn, options.MissedWakesMax);
            return Views.Of(await Rollouts.Start(release, policy).WaitAsync(cancel));
        },
        cancel);

    public Task<RolloutInfo> Rollout(RolloutStep? step, CancellationToken cancel) => Ask(
        async () => Views.Of(await (step switch
        {
            RolloutStep.Pause => Rollouts.Pause(),
            RolloutStep.Resume => Rollouts.Resume(),
            RolloutStep.Abort => Rollouts.Abort(),
            _ => Rollouts.Describe(),
        }).WaitAsync(cancel)),
        cancel);

    public Task<InvocationInfo> Start(string function, string? module, IReadOnlyList<object?> arguments, CallOptions options, CancellationToken cancel) => Ask(
        async () =>
        {
            var request = new InvocationRequest(
                new FunctionId(tenant, FogName.Check(function, "function")),
                options.Site ?? site,
                JsonSerializer.Serialize(arguments, FogJson.Options),
                options.Replicas,
                options.Timeout,
                (Fog.Grains.Interfaces.Dispatch.Placement)options.Placement,
                module is null ? null : new Digest(module),
                Device: options.Device);
            var invocation = Call(options.IdempotencyKey!);
            return await Reply(invocation, await invocation.Start(request).WaitAsync(cancel), cancel);
        },
        cancel);

    public Task<InvocationInfo> Invocation(string id, CancellationToken cancel) => Ask(
        async () =>
        {
            var invocation = Call(id);
            return await Reply(invocation, await invocation.Describe().WaitAsync(cancel), cancel);
        },
        cancel);

    public IAsyncEnumerable<InvocationInfo> Changes(string id, CancellationToken cancel) => new InvocationWatch(grains, Call(id), clock).Read(cancel);

    public async Task<IReadOnlyList<FogEvent>> Events(long after, CancellationToken cancel) =>
        [.. (await Ask(() => Journal.Read(after).WaitAsync(cancel), cancel)).Select(Views.Of)];

    public IAsyncEnumerable<FogEvent> FollowEvents(long after, CancellationToken cancel) => new JournalWatch(grains, Journal, clock).Read(after, cancel);

    /// <summary>What a cluster keeps is in its database, which has means of its own.</summary>
    public Task Backup(Stream to, CancellationToken cancel) => throw new FogClientException(
        nameof(FogError.InvalidRequest), "A cluster's state is in its database: back that up by its own means, as with pg_dump.");

    /// <summary>The application's host owns the cluster's client.</summary>
    public void Dispose()
    {
    }

    internal static async Task<InvocationInfo> Reply(IInvocationGrain invocation, InvocationStatus status, CancellationToken cancel) =>
        Views.Of(status, status.Phase == CallPhase.Completed ? await invocation.ResultJson().WaitAsync(cancel) : null);

    /// <summary>Makes one request; what fails has the name that the gateway gives it.</summary>
    internal static async Task<T> Ask<T>(Func<Task<T>> request, CancellationToken cancel)
    {
        try
        {
            return await request();
        }
        catch (FogException refused)
        {
            throw new FogClientException(refused.Error.ToString(), refused.Message, refused);
        }
        catch (TimeoutException slow)
        {
            throw new FogClientException(FogClientError.FogTimeout, "The fog did not answer in time: ask again with the same idempotency key.", slow);
        }
        catch (OrleansException away)
        {
            throw new FogClientException(FogClientError.FogUnavailable, "The fog cannot be reached at this moment: ask again with the same idempotency key.", away);
        }
    }

    private Task<SiteView> Site(CancellationToken cancel) => Ask(() => grains.GetGrain<IDispatcherGrain>(site).Describe().WaitAsync(cancel), cancel);

    private Task<ClusterView> Describe(ClusterSummary summary) => grains.GetGrain<IClusterGrain>(summary.Cluster.ToString()).Describe();

    private static Task<TInfo[]> List<TKey, TView, TInfo>(ImmutableArray<TKey> keys, Func<TKey, Task<TView>> ask, Func<TView, TInfo> show, CancellationToken cancel) => Ask(
        async () =>
        {
            var all = new TInfo[keys.Length];
            var options = new ParallelOptions { MaxDegreeOfParallelism = ListingParallelismMax, CancellationToken = cancel };
            await Parallel.ForAsync(0, keys.Length, options, async (i, stop) => all[i] = show(await ask(keys[i]).WaitAsync(stop)));
            return all;
        },
        cancel);

    private IReleaseCatalogueGrain Catalogue => grains.GetGrain<IReleaseCatalogueGrain>(site);

    private IRolloutGrain Rollouts => grains.GetGrain<IRolloutGrain>(site);

    private IJournalGrain Journal => grains.GetGrain<IJournalGrain>(site);

    private IFunctionGrain Function(string name) => grains.GetGrain<IFunctionGrain>(new FunctionId(tenant, Checked(name, "function")).ToString());

    private IIdentityGrain Identities => grains.GetGrain<IIdentityGrain>(site);

    private INodeGrain Node(string name) => grains.GetGrain<INodeGrain>(new NodeId(site, Checked(name, "device")).ToString());

    private IInvocationGrain Call(string id) => grains.GetGrain<IInvocationGrain>(new InvocationId(tenant, Checked(id, "invocation")).ToString());

    private static string Checked(string name, string what)
    {
        try
        {
            return FogName.Check(name, what);
        }
        catch (FogException refused)
        {
            throw new FogClientException(refused.Error.ToString(), refused.Message, refused);
        }
    }
}
