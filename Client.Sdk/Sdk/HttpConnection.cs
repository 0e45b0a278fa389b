namespace Fog.Client;

/// <summary>To a silo's HTTP API (docs/http.md).</summary>
internal sealed class HttpConnection(Uri silo, FogClientOptions options) : IFogConnection
{
    private readonly SiloConnection _silo = new(silo, options);

    public Task<SiloInfo> Silo(CancellationToken cancel) => _silo.Get<SiloInfo>("v1/health", cancel);

    public Task<FunctionInfo> Deploy(string name, ReadOnlyMemory<byte> wasm, CancellationToken cancel) =>
        _silo.Put<FunctionInfo>($"v1/functions/{Segment(name)}", wasm, "application/wasm", cancel);

    public Task<IReadOnlyList<KeptValueInfo>> State(string function, CancellationToken cancel) =>
        _silo.Get<IReadOnlyList<KeptValueInfo>>($"v1/functions/{Segment(function)}/state", cancel);

    public Task<IReadOnlyList<FunctionInfo>> Functions(CancellationToken cancel) => _silo.Get<IReadOnlyList<FunctionInfo>>("v1/functions", cancel);

    public Task<IReadOnlyList<DeviceInfo>> Devices(CancellationToken cancel) => _silo.Get<IReadOnlyList<DeviceInfo>>("v1/devices", cancel);

    public Task<DeviceDetail> Device(string name, CancellationToken cancel) => _silo.Get<DeviceDetail>($"v1/devices/{Segment(name)}", cancel);

    public Task<IReadOnlyList<ClusterInfo>> Clusters(CancellationToken cancel) => _silo.Get<IReadOnlyList<ClusterInfo>>("v1/clusters", cancel);

    public Task<Enrolment> Enrol(string name, bool replace, CancellationToken cancel) => _silo.Post<Enrolment>("v1/devices", new { name, replace }, cancel);

    public Task Revoke(string name, CancellationToken cancel) => _silo.Delete<DeviceInfo>($"v1/devices/{Segment(name)}", cancel);

    public Task<IssuedToken> IssueToken(string name, CancellationToken cancel) => _silo.Post<IssuedToken>("v1/tokens", new { name }, cancel);

    public Task<IReadOnlyList<TokenInfo>> Tokens(CancellationToken cancel) => _silo.Get<IReadOnlyList<TokenInfo>>("v1/tokens", cancel);

    public Task RevokeToken(string name, CancellationToken cancel) => _silo.Delete<TokenInfo>($"v1/tokens/{Segment(name)}", cancel);

    public Task<ReleaseInfo> AddRelease(ReadOnlyMemory<byte> file, CancellationToken cancel) =>
        _silo.Put<ReleaseInfo>("v1/releases", file, "application/vnd.fog.release", cancel);

    public Task<IReadOnlyList<ReleaseInfo>> Releases(CancellationToken cancel) => _silo.Get<IReadOnlyList<ReleaseInfo>>("v1/releases", cancel);

    public Task<RolloutInfo> StartRollout(string release, RolloutOptions options, CancellationToken cancel) => _silo.Post<RolloutInfo>(
        "v1/rollout",
        new { release, options.StagesPermille, options.SuccessPermille, options.PauseOn, options.MissedWakesMax },
        cancel);

    public Task<RolloutInfo> Rollout(RolloutStep? step, CancellationToken cancel) => step is { } taken
        ? _silo.Post<RolloutInfo>($"v1/rollout/{taken.ToString().ToLowerInvariant()}", new { }, cancel)
        : _silo.Get<RolloutInfo>("v1/rollout", cancel);

    public Task<InvocationInfo> Start(string function, string? module, IReadOnlyList<object?> arguments, CallOptions options, CancellationToken cancel) =>
        _silo.Post<InvocationInfo>(
            $"v1/functions/{Segment(function)}/invocations",
            new { arguments, module, options.Replicas, timeoutSeconds = options.Timeout.TotalSeconds, options.Placement, options.Device, options.Site, options.IdempotencyKey },
            cancel);

    public Task<InvocationInfo> Invocation(string id, CancellationToken cancel) => _silo.Get<InvocationInfo>($"v1/invocations/{Segment(id)}", cancel);

    public IAsyncEnumerable<InvocationInfo> Changes(string id, CancellationToken cancel) => InvocationStream.Read(_silo, Segment(id), options.StreamSilence, cancel);

    public Task<IReadOnlyList<FogEvent>> Events(long after, CancellationToken cancel) =>
        _silo.Get<IReadOnlyList<FogEvent>>(FormattableString.Invariant($"v1/events?after={after}"), cancel);

    public IAsyncEnumerable<FogEvent> FollowEvents(long after, CancellationToken cancel) => EventStream.Read(_silo, after, options.StreamSilence, cancel);

    public Task Backup(Stream to, CancellationToken cancel) => _silo.Download("v1/backup", "application/vnd.fog.backup", to, cancel);

    public void Dispose() => _silo.Dispose();

    private static string Segment(string name) => Uri.EscapeDataString(name);
}
