using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Fog.Client;

/// <summary>The fog, for an application. One client serves any number of concurrent calls.</summary>
public sealed class FogClient : IDisposable
{
    private const string FunctionAbsent = "UnknownFunction";
    private const string ModuleAbsent = "UnknownModule";

    private readonly IFogConnection _fog;
    private readonly FogClientOptions _options;

    internal FogClient(IFogConnection fog, FogClientOptions options)
    {
        _fog = fog;
        _options = options;
    }

    /// <summary>Connects to the silo at <paramref name="silo"/>, and fails at once if there is none.</summary>
    /// <param name="silo"><c>http://HOST:PORT</c>.</param>
    /// <exception cref="FogClientException"><see cref="FogClientError.SiloUnreachable"/>, <see cref="FogClientError.NotASilo"/>.</exception>
    public static async Task<FogClient> ConnectAsync(Uri silo, FogClientOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(silo);
        options ??= new FogClientOptions();
        var client = new FogClient(new HttpConnection(silo, options), options);
        try
        {
            await client.SiloAsync(cancellationToken);
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    public Task<SiloInfo> SiloAsync(CancellationToken cancellationToken = default) => _fog.Silo(cancellationToken);

    /// <summary>Makes a WebAssembly module with a fog manifest callable as <paramref name="name"/>. The same bytes again change nothing.</summary>
    public Task<FunctionInfo> DeployAsync(string name, ReadOnlyMemory<byte> wasm, CancellationToken cancellationToken = default) =>
        _fog.Deploy(name, wasm, cancellationToken);

    /// <summary>Deploys a module under its own name. Calls of a <see cref="FunctionModule"/> do that by themselves when it is missing.</summary>
    public Task<FunctionInfo> DeployAsync(FunctionModule function, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        return DeployAsync(function.Name, function.Wasm, cancellationToken);
    }

    public Task<IReadOnlyList<FunctionInfo>> FunctionsAsync(CancellationToken cancellationToken = default) =>
        _fog.Functions(cancellationToken);

    /// <summary>What a function keeps at the silo's site, by <see cref="Invocation.StatePut"/>; nothing of one that is not known.</summary>
    public Task<IReadOnlyList<KeptValueInfo>> StateAsync(string function, CancellationToken cancellationToken = default) =>
        _fog.State(function, cancellationToken);

    public Task<IReadOnlyList<DeviceInfo>> DevicesAsync(CancellationToken cancellationToken = default) =>
        _fog.Devices(cancellationToken);

    public Task<DeviceDetail> DeviceAsync(string name, CancellationToken cancellationToken = default) =>
        _fog.Device(name, cancellationToken);

    public Task<IReadOnlyList<ClusterInfo>> ClustersAsync(CancellationToken cancellationToken = default) =>
        _fog.Clusters(cancellationToken);

    /// <summary>Makes a device's identity, with a new key that is shown here and never again.</summary>
    /// <param name="replace">Also where the device is enrolled already: what goes by its former key ends.</param>
    /// <exception cref="FogClientException"><c>AlreadyEnrolled</c>.</exception>
    public Task<Enrolment> EnrolAsync(string name, bool replace = false, CancellationToken cancellationToken = default) =>
        _fog.Enrol(name, replace, cancellationToken);

    /// <summary>Shuts a device out, at once and until it is enrolled anew.</summary>
    public Task RevokeAsync(string name, CancellationToken cancellationToken = default) =>
        _fog.Revoke(name, cancellationToken);

    /// <summary>Makes a token for a caller of the API. From the first one on, every caller needs one.</summary>
    public Task<IssuedToken> IssueTokenAsync(string name, CancellationToken cancellationToken = default) =>
        _fog.IssueToken(name, cancellationToken);

    public Task<IReadOnlyList<TokenInfo>> TokensAsync(CancellationToken cancellationToken = default) =>
        _fog.Tokens(cancellationToken);

    public Task RevokeTokenAsync(string name, CancellationToken cancellationToken = default) =>
        _fog.RevokeToken(name, cancellationToken);

    /// <summary>Gives the site a signed release: manifest, then image (docs/updates.md). The same again changes nothing.</summary>
    public Task<ReleaseInfo> AddReleaseAsync(ReadOnlyMemory<byte> file, CancellationToken cancellationToken = default) =>
        _fog.AddRelease(file, cancellationToken);

    /// <summary>The site's releases, latest first.</summary>
    public Task<IReadOnlyList<ReleaseInfo>> ReleasesAsync(CancellationToken cancellationToken = default) =>
        _fog.Releases(cancellationToken);

    /// <summary>Begins to bring a release to the site's devices; one rollout is under way at a time.</summary>
    public Task<RolloutInfo> StartRolloutAsync(string release, RolloutOptions? options = null, CancellationToken cancellationToken = default) =>
        _fog.StartRollout(release, options ?? new RolloutOptions(), cancellationToken);

    /// <summary>Where the site's latest rollout stands.</summary>
    public Task<RolloutInfo> RolloutAsync(CancellationToken cancellationToken = default) =>
        _fog.Rollout(step: null, cancellationToken);

    /// <summary>Pauses, resumes or aborts it.</summary>
    public Task<RolloutInfo> RolloutAsync(RolloutStep step, CancellationToken cancellationToken = default) =>
        _fog.Rollout(step, cancellationToken);

    /// <summary>What happened at the silo's site, oldest first, as far back as it is kept.</summary>
    /// <param name="after">Only events with greater numbers.</param>
    public Task<IReadOnlyList<FogEvent>> EventsAsync(long after = 0, CancellationToken cancellationToken = default) =>
        _fog.Events(after, cancellationToken);

    /// <summary>The same, and then every event as it happens, for as long as it is enumerated and over restarts of the silo.</summary>
    public async IAsyncEnumerable<FogEvent> FollowEventsAsync(long after = 0, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var patience = new Patience(_options, DateTimeOffset.MaxValue);
        while (true)
        {
            await using var events = _fog.FollowEvents(after, cancellationToken).GetAsyncEnumerator(cancellationToken);
            while (await Come(events))
            {
                patience.Renew();
                yield return events.Current;
                after = events.Current.Number;
            }

            await patience.Pause(cancellationToken);
        }

        static async Task<bool> Come(IAsyncEnumerator<FogEvent> events)
        {
            try
            {
                return await events.MoveNextAsync();
            }
            catch (FogClientException away) when (IsAway(away))
            {
                return false;
            }
        }
    }

    /// <summary>Copies a backup of everything the silo keeps, the devices' keys among it. Only a client on the silo's own machine gets it.</summary>
    public Task BackupAsync(Stream to, CancellationToken cancellationToken = default) =>
        _fog.Backup(to, cancellationToken);

    /// <summary>Calls a function and waits for its voted result. Survives a restart of the silo.</summary>
    /// <param name="arguments">One a parameter: numbers, booleans, strings, arrays of them, or <see cref="JsonElement"/>s.</param>
    /// <typeparam name="T">What the result reads as; <see cref="JsonElement"/> takes any.</typeparam>
    /// <exception cref="FogClientException">Refused or failed; <see cref="FogClientException.Code"/> says how.</exception>
    public async Task<T> InvokeAsync<T>(
        string function,
        IReadOnlyList<object?> arguments,
        CallOptions? options = null,
        IProgress<InvocationInfo>? progress = null,
        CancellationToken cancellationToken = default)
    {
        var started = await StartAsync(function, arguments, options, cancellationToken);
        var ended = await WaitAsync(started, progress, cancellationToken);
        return Result<T>(ended);
    }

    /// <inheritdoc cref="InvokeAsync{T}(string, IReadOnlyList{object?}, CallOptions?, IProgress{InvocationInfo}?, CancellationToken)"/>
    public Task<JsonElement> InvokeAsync(
        string function,
        IReadOnlyList<object?> arguments,
        CallOptions? options = null,
        IProgress<InvocationInfo>? progress = null,
        CancellationToken cancellationToken = default) =>
        InvokeAsync<JsonElement>(function, arguments, options, progress, cancellationToken);

    /// <summary>Calls a function as exactly these bytes, which are deployed first where they are not yet, and waits for its voted result.</summary>
    /// <inheritdoc cref="InvokeAsync{T}(string, IReadOnlyList{object?}, CallOptions?, IProgress{InvocationInfo}?, CancellationToken)"/>
    public async Task<T> InvokeAsync<T>(
        FunctionModule function,
        IReadOnlyList<object?> arguments,
        CallOptions? options = null,
        IProgress<InvocationInfo>? progress = null,
        CancellationToken cancellationToken = default)
    {
        var started = await StartAsync(function, arguments, options, cancellationToken);
        var ended = await WaitAsync(started, progress, cancellationToken);
        return Result<T>(ended);
    }

    /// <inheritdoc cref="StartAsync(string, IReadOnlyList{object?}, CallOptions?, CancellationToken)"/>
    /// <param name="function">Deployed first where it is not yet.</param>
    public async Task<InvocationInfo> StartAsync(
        FunctionModule function,
        IReadOnlyList<object?> arguments,
        CallOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        options ??= CallOptions.Default;
        options = options with { IdempotencyKey = options.IdempotencyKey ?? Guid.NewGuid().ToString("N") };
        try
        {
            return await Start(function.Name, function.Sha256, arguments, options, cancellationToken);
        }
        catch (FogClientException absent) when (absent.Code is FunctionAbsent or ModuleAbsent)
        {
            await DeployAsync(function, cancellationToken);
            return await Start(function.Name, function.Sha256, arguments, options, cancellationToken);
        }
    }

    /// <summary>Has a call accepted: it is durable then, and will have exactly one outcome. Asks again, under one key, while the silo is away and the time-out lasts.</summary>
    public Task<InvocationInfo> StartAsync(
        string function,
        IReadOnlyList<object?> arguments,
        CallOptions? options = null,
        CancellationToken cancellationToken = default) =>
        Start(function, module: null, arguments, options ?? CallOptions.Default, cancellationToken);

    public Task<InvocationInfo> InvocationAsync(string id, CancellationToken cancellationToken = default) =>
        _fog.Invocation(id, cancellationToken);

    /// <summary>Waits for the outcome, over restarts of the silo, until <see cref="FogClientOptions.OutcomeGrace"/> after the deadline.</summary>
    /// <param name="progress">Gets every change of status.</param>
    /// <returns>The call, completed or failed.</returns>
    public async Task<InvocationInfo> WaitAsync(InvocationInfo invocation, IProgress<InvocationInfo>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(invocation);
        var patience = new Patience(_options, invocation.Deadline + _options.OutcomeGrace);
        while (true)
        {
            FogClientException? away = null;
            try
            {
                await foreach (var status in _fog.Changes(invocation.Id, cancellationToken))
                {
                    progress?.Report(status);
                    if (status.Phase != InvocationPhase.Running)
                    {
                        return status;
                    }

                    patience.Renew();
                    if (!patience.Lasts)
                    {
                        break;
                    }
                }
            }
            catch (FogClientException failure) when (IsAway(failure))
            {
                away = failure;
            }

            if (!patience.Lasts)
            {
                throw away ?? new FogClientException(
                    FogClientError.OutcomeOverdue,
                    $"The call {invocation.Id} has no outcome long after its deadline: look into the silo's log, and report it.") { Invocation = invocation };
            }

            await patience.Pause(cancellationToken);
        }
    }

    /// <summary>The result of a call that ended.</summary>
    /// <exception cref="FogClientException">It failed, or its result does not read as <typeparamref name="T"/>.</exception>
    public static T Result<T>(InvocationInfo ended)
    {
        ArgumentNullException.ThrowIfNull(ended);
        var outcome = ended.Outcome ?? throw new ArgumentException("The call has not ended.", nameof(ended));
        if (outcome.Error is { } code)
        {
            throw new FogClientException(code, outcome.Message ?? code) { Invocation = ended };
        }

        try
        {
            if (outcome.Result is { } json)
            {
                return json.Deserialize<T>(FogJson.Options)!;
            }
        }
        catch (JsonException mismatch)
        {
            throw new FogClientException(
                FogClientError.ResultMismatch,
                $"The result of {ended.Function} does not read as {typeof(T).Name}: see its signature with `fog functions`.",
                mismatch) { Invocation = ended };
        }

        return default(T) is null || typeof(T) == typeof(JsonElement)
            ? default!
            : throw new FogClientException(FogClientError.ResultMismatch, $"{ended.Function} returned nothing: call it as JsonElement.") { Invocation = ended };
    }

    public void Dispose() => _fog.Dispose();

    private async Task<InvocationInfo> Start(
        string function, string? module, IReadOnlyList<object?> arguments, CallOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        options = options with { IdempotencyKey = options.IdempotencyKey ?? Guid.NewGuid().ToString("N") };
        var patience = new Patience(_options, _options.Clock.GetUtcNow() + options.Timeout);
        while (true)
        {
            try
            {
                return await _fog.Start(function, module, arguments, options, cancellationToken);
            }
            catch (FogClientException away) when (IsAway(away) && patience.Lasts)
            {
                await patience.Pause(cancellationToken);
            }
        }
    }

    private static bool IsAway(FogClientException failure) =>
        failure.Code is FogClientError.SiloUnreachable or FogClientError.FogUnavailable or FogClientError.FogTimeout;

    /// <summary>Pauses between tries, growing while nothing answers, until a time.</summary>
    private sealed class Patience(FogClientOptions options, DateTimeOffset until)
    {
        private TimeSpan _delay = options.RetryDelayMin;

        public bool Lasts => options.Clock.GetUtcNow() < until;

        public void Renew() => _delay = options.RetryDelayMin;

        public Task Pause(CancellationToken cancel)
        {
            var delay = _delay;
            _delay = _delay * 2 < options.RetryDelayMax ? _delay * 2 : options.RetryDelayMax;
            return Task.Delay(delay, options.Clock, cancel);
        }
    }
}
