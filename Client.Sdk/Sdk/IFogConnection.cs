namespace Fog.Client;

/// <summary>The way to the fog: HTTP to a silo's gateway, or Orleans within its network. Each member asks once.</summary>
/// <remarks>Every failure is a <see cref="FogClientException"/>. While the fog is away its code is one of <see cref="FogClientError.SiloUnreachable"/>,
/// <see cref="FogClientError.FogUnavailable"/>, <see cref="FogClientError.FogTimeout"/>; then asking again may help.</remarks>
internal interface IFogConnection : IDisposable
{
    Task<SiloInfo> Silo(CancellationToken cancel);

    Task<FunctionInfo> Deploy(string name, ReadOnlyMemory<byte> wasm, CancellationToken cancel);

    Task<IReadOnlyList<FunctionInfo>> Functions(CancellationToken cancel);

    Task<IReadOnlyList<KeptValueInfo>> State(string function, CancellationToken cancel);

    Task<IReadOnlyList<DeviceInfo>> Devices(CancellationToken cancel);

    Task<DeviceDetail> Device(string name, CancellationToken cancel);

    Task<IReadOnlyList<ClusterInfo>> Clusters(CancellationToken cancel);

    Task<Enrolment> Enrol(string name, bool replace, CancellationToken cancel);

    Task Revoke(string name, CancellationToken cancel);

    Task<IssuedToken> IssueToken(string name, CancellationToken cancel);

    Task<IReadOnlyList<TokenInfo>> Tokens(CancellationToken cancel);

    Task RevokeToken(string name, CancellationToken cancel);

    Task<ReleaseInfo> AddRelease(ReadOnlyMemory<byte> file, CancellationToken cancel);

    Task<IReadOnlyList<ReleaseInfo>> Releases(CancellationToken cancel);

    Task<RolloutInfo> StartRollout(string release, RolloutOptions options, CancellationToken cancel);

    /// <param name="step">Null: only look.</param>
    Task<RolloutInfo> Rollout(RolloutStep? step, CancellationToken cancel);

    /// <param name="module">SHA-256 that the function's module must have; null: any.</param>
    /// <param name="options">With an idempotency key.</param>
    Task<InvocationInfo> Start(string function, string? module, IReadOnlyList<object?> arguments, CallOptions options, CancellationToken cancel);

    Task<InvocationInfo> Invocation(string id, CancellationToken cancel);

    /// <summary>Where the call stands, now and after each change; ends with its outcome, or before.</summary>
    IAsyncEnumerable<InvocationInfo> Changes(string id, CancellationToken cancel);

    /// <summary>Those with greater numbers, oldest first.</summary>
    Task<IReadOnlyList<FogEvent>> Events(long after, CancellationToken cancel);

    /// <summary>The same, and each one that comes; ends when the way does.</summary>
    IAsyncEnumerable<FogEvent> FollowEvents(long after, CancellationToken cancel);

    /// <summary>Copies a backup of everything the silo keeps.</summary>
    Task Backup(Stream to, CancellationToken cancel);
}
