using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Fog.DeviceProxy.Mqtt.Packets;
using Fog.DeviceProxy.Mqtt.Sessions;
using Fog.DeviceProxy.Mqtt.Topics;
using Fog.DeviceProxy.Mqtt.Transport;

namespace Fog.DeviceProxy.Mqtt.Client;

/// <summary>An MQTT 3.1.1 or 5.0 client: one connection, from its CONNECT to its end.</summary>
/// <remarks>
/// Idle it holds no thread and no buffer, so that a process can be thousands of devices. What was published
/// with QoS 1 or 2 and not acknowledged when the connection ended has failed for its caller; with a
/// <see cref="MqttClientSession"/> the next connection sends it again, without one the caller may.
/// </remarks>
public sealed partial class MqttClient : IMqttConnection
{
    private readonly Lock gate = new();
    private readonly ClientTransport transport;
    private readonly MqttConnectOptions options;
    private readonly Func<MqttMessage, ValueTask> handler;
    private readonly TimeProvider clock;
    private readonly OutputPump pump;
    private readonly MqttClientSession session;
    private readonly OutboundFlow outbound;
    private readonly Queue<MqttPacket> control = new();
    private readonly Dictionary<ushort, Request> requests = [];
    private readonly TaskCompletionSource<ConnAckPacket> connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<MqttClosure> closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private MqttClosure? closing;
    private string? assignedClientId;
    private ITimer? closeTimer;

    private MqttClient(ClientTransport transport, MqttConnectOptions options, Func<MqttMessage, ValueTask> handler, TimeProvider clock)
    {
        this.transport = transport;
        this.options = options;
        this.handler = handler;
        this.clock = clock;
        pump = new OutputPump(transport.Output, new Output(this));
        session = options.Session ?? new MqttClientSession(options.Limits);
        outbound = session.Outbound;
        outbound.IdInUse = requests.ContainsKey;
        outbound.Restart();
    }

    public string ClientId => assignedClientId ?? options.ClientId;

    public bool SessionPresent { get; private set; }

    public Task<MqttClosure> Closed => closed.Task;

    /// <summary>QoS 0 messages dropped because the handler was too slow.</summary>
    public long MessagesDropped { get; private set; }

    /// <summary>Connects over TCP and waits for the broker's answer.</summary>
    /// <param name="handler">Gets the messages; see <see cref="IMqttConnection"/>.</param>
    /// <exception cref="MqttException">The broker cannot be reached, refused, broke off, or did not answer in <see cref="MqttLimits.ConnectTimeout"/>.</exception>
    public static async Task<MqttClient> ConnectAsync(
        EndPoint endPoint, MqttConnectOptions options, Func<MqttMessage, ValueTask> handler, TimeProvider clock,
        CancellationToken cancellation = default)
    {
        Require(options, handler);
        using var timeout = new CancellationTokenSource(options.Limits.ConnectTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        try
        {
            var transport = await SocketTransport.ConnectAsync(endPoint, options.Tls, either.Token);
            return await IntroduceAsync(new MqttClient(transport, options, handler, clock), either.Token);
        }
        catch (Exception e) when (e is SocketException or AuthenticationException or IOException)
        {
            throw MqttException.Unreachable($"{endPoint}", e);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw MqttException.Unreachable($"{endPoint}", null);
        }
    }

    /// <summary>Connects to a host by name or address.</summary>
    /// <inheritdoc cref="ConnectAsync(EndPoint, MqttConnectOptions, Func{MqttMessage, ValueTask}, TimeProvider, CancellationToken)"/>
    public static Task<MqttClient> ConnectAsync(
        string host, int port, MqttConnectOptions options, Func<MqttMessage, ValueTask> handler, TimeProvider clock,
        CancellationToken cancellation = default) =>
        ConnectAsync(
            IPAddress.TryParse(host, out var address) ? new IPEndPoint(address, port) : new DnsEndPoint(host, port),
            options, handler, clock, cancellation);

    /// <summary>Connects over any pair of pipes: in memory, or whatever stands between.</summary>
    /// <param name="transport">Both directions; the client completes both.</param>
    /// <param name="abort">Drops the connection; both directions of the transport end then.</param>
    /// <inheritdoc cref="ConnectAsync(EndPoint, MqttConnectOptions, Func{MqttMessage, ValueTask}, TimeProvider, CancellationToken)"/>
    public static async Task<MqttClient> ConnectAsync(
        IDuplexPipe transport, Action abort, MqttConnectOptions options, Func<MqttMessage, ValueTask> handler, TimeProvider clock,
        CancellationToken cancellation = default)
    {
        Require(options, handler);
        using var timeout = new CancellationTokenSource(options.Limits.ConnectTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        try
        {
            return await IntroduceAsync(new MqttClient(new PipeTransport(transport, abort), options, handler, clock), either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw MqttException.Unreachable("the other end of the pipe", null);
        }
    }

    public Task PublishAsync(MqttMessage message, CancellationToken cancellation = default)
    {
        Topic.RequireName(message.Topic);
        if (message.Payload.Length > options.Limits.PacketBytesMax)
            throw new ArgumentException($"A payload has at most {options.Limits.PacketBytesMax} bytes here, not {message.Payload.Length}.", nameof(message));
        if (message.Properties is not null)
            RequireProperties(message.Properties, nameof(message));
        var done = new TaskCompletionSource<MqttReasonCode>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            if (closing is not null)
                return Task.FromException(MqttException.Ended(closing));
            if (Unavailable(message) is { } reason)
                return Task.FromException(MqttException.PublishRefused(message.Topic, reason));
            if (!outbound.Enqueue(new Outgoing(message, message.Qos, message.Retain, done)))
                throw new InvalidOperationException("More than 2 GB of messages wait to be published.");
        }

        pump.Wake();
        return PublishedAsync(message.Topic, done.Task.WaitAsync(cancellation));
    }

    public Task<QualityOfService> SubscribeAsync(string filter, QualityOfService qos, CancellationToken cancellation = default)
    {
        Topic.RequireFilter(filter);
        return AskAsync(filter, id => new SubscribePacket(id, [new TopicRequest(filter, qos)]), cancellation);
    }

    public Task UnsubscribeAsync(string filter, CancellationToken cancellation = default)
    {
        Topic.RequireFilter(filter);
        return AskAsync(null, id => new UnsubscribePacket(id, [filter]), cancellation);
    }

    /// <summary>
    /// Says DISCONNECT, so that the will is discarded, and waits until the broker has closed too, at most
    /// <see cref="MqttLimits.CloseTimeout"/>. Publications still unacknowledged fail. Does not wait for a
    /// handler call in progress: it may be the one that disposes.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        Close(new MqttClosure(MqttEnd.Closed));
        await closed.Task;
    }

    /// <summary>Drops the connection without a word, as a device that loses power would; the broker publishes the will.</summary>
    public void Abort() => Close(new MqttClosure(MqttEnd.Aborted));

    private static void Require(MqttConnectOptions options, Func<MqttMessage, ValueTask> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        if (options.ClientId.Length == 0 && !options.CleanSession)
            throw new ArgumentException("A session that is not clean needs a client identifier.", nameof(options));
        if (options.CleanSession && options.Session is not null)
            throw new ArgumentException("A clean session keeps nothing.", nameof(options));
        if (options.CleanStart && (options.Version != MqttVersion.V5 || options.Session is not null))
            throw new ArgumentException("A clean start is MQTT 5, and keeps nothing of an earlier session.", nameof(options));
        if (options.Password is not null && options.UserName is null && options.Version == MqttVersion.V311)
            throw new ArgumentException("A password needs a user name.", nameof(options));
        if (options.KeepAlive < TimeSpan.Zero || options.KeepAlive.TotalSeconds > ushort.MaxValue)
            throw new ArgumentException($"A keepalive has 0 to {ushort.MaxValue} seconds.", nameof(options));
        if (options.SessionExpiry < TimeSpan.Zero || options.WillDelay < TimeSpan.Zero)
            throw new ArgumentException("Session expiry and will delay are not negative.", nameof(options));
        if (options.Will is { } will)
        {
            if (will.Properties is not null)
                RequireProperties(will.Properties, nameof(options));
            Topic.RequireName(will.Topic);
            if (will.Payload.Length > ushort.MaxValue)
                throw new ArgumentException($"A will has at most {ushort.MaxValue} bytes.", nameof(options));
        }
    }

    private static async Task<MqttClient> IntroduceAsync(MqttClient client, CancellationToken cancellation)
    {
        var options = client.options;
        client.control.Enqueue(new ConnectPacket(
            options.ClientId, options.CleanSession || options.CleanStart, (ushort)Math.Ceiling(options.KeepAlive.TotalSeconds),
            options.Will, options.UserName, options.Password)
        {
            Version = options.Version,
            WillDelay = options.WillDelay,
            Properties = options.Version == MqttVersion.V5 ? client.Proposal() : null,
        });
        client.pump.Wake();
        _ = client.RunAsync();
        using var givingUp = cancellation.UnsafeRegister(static c => ((MqttClient)c!).Close(new MqttClosure(MqttEnd.ConnectTimedOut)), client);
        try
        {
            var answer = await client.connected.Task;
            if (answer.ReturnCode == ConnectReturnCode.Accepted)
                return client;
            await client.closed.Task;
            throw MqttException.Refused(answer.ReturnCode, options.Version == MqttVersion.V5 ? answer.Reason : MqttReasonCode.Success);
        }
        catch (MqttException e) when (e.Closure is { End: MqttEnd.ConnectTimedOut })
        {
            throw new OperationCanceledException(cancellation);
        }
    }

    private Task<QualityOfService> AskAsync(string? filter, Func<ushort, MqttPacket> packet, CancellationToken cancellation)
    {
        var request = new Request(filter);
        lock (gate)
        {
            if (closing is not null)
                return Task.FromException<QualityOfService>(MqttException.Ended(closing));
            if (requests.Count >= options.Limits.RequestsMax)
                throw new InvalidOperationException($"{requests.Count} subscriptions wait for their answers.");
            var id = outbound.NextPacketId();
            requests.Add(id, request);
            control.Enqueue(packet(id));
        }

        pump.Wake();
        return request.Answer.Task.WaitAsync(cancellation);
    }

    /// <summary>Ends the connection, once; the first reason counts.</summary>
    private void Close(MqttClosure closure)
    {
        List<TaskCompletionSource<MqttReasonCode>> unfinished;
        List<Request> unanswered;
        lock (gate)
        {
            if (closing is not null)
                return;
            closing = closure;
            if (closure.End == MqttEnd.Closed)
            {
                control.Enqueue(DisconnectPacket.Instance);
                closeTimer = clock.CreateTimer(static t => ((ClientTransport)t!).Abort(), transport, options.Limits.CloseTimeout, Timeout.InfiniteTimeSpan);
            }

            unfinished = outbound.Unfinished().ToList();
            unanswered = requests.Values.ToList();
            outbound.Suspend();
            requests.Clear();
            received.Clear();
        }

        var failure = MqttException.Ended(closure);
        connected.TrySetException(failure);
        foreach (var publication in unfinished)
            publication.TrySetException(failure);
        foreach (var request in unanswered)
            request.Answer.TrySetException(failure);
        if (closure.End != MqttEnd.Closed)
            transport.Abort();
        pump.Wake();
    }

    /// <summary>A SUBSCRIBE (with its filter) or UNSUBSCRIBE (without) that waits for its answer.</summary>
    private sealed class Request(string? filter)
    {
        public string? Filter { get; } = filter;

        public TaskCompletionSource<QualityOfService> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
