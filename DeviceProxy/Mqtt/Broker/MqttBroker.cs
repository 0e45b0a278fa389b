using System.IO.Pipelines;
using Fog.DeviceProxy.Mqtt.Sessions;

namespace Fog.DeviceProxy.Mqtt.Broker;

/// <summary>An MQTT 3.1.1 and 5.0 server, all in memory: sessions, retained messages and wills survive a connection, not the process.</summary>
/// <remarks>
/// The shell around <see cref="Exchange"/>: one lock, the clock, and the connections. Messages of one
/// publisher reach each subscriber in order (4.6). A subscriber that does not read delays nobody; its queue
/// fills up to its limits, then its messages are dropped and counted.
/// </remarks>
public sealed class MqttBroker : IAsyncDisposable
{
    private static readonly TimeSpan TickPeriod = TimeSpan.FromSeconds(1);
    private readonly Lock gate = new();
    private readonly Exchange exchange;
    private readonly TimeProvider clock;
    private readonly long started;
    private readonly ITimer ticker;
    private readonly HashSet<Peer> open = [];
    private bool stopped;
    private TaskCompletionSource? allClosed;

    /// <param name="access">Default: everybody may do everything.</param>
    public MqttBroker(TimeProvider clock, MqttLimits? limits = null, IMqttAccess? access = null)
    {
        this.clock = clock;
        Limits = limits ?? new MqttLimits();
        Access = access ?? new AllowAll();
        exchange = new Exchange(Limits, Access);
        started = clock.GetTimestamp();
        ticker = clock.CreateTimer(static broker => ((MqttBroker)broker!).Tick(), this, TickPeriod, TickPeriod);
    }

    public MqttLimits Limits { get; }

    public MqttStatistics Statistics
    {
        get
        {
            lock (gate)
                return exchange.Statistics;
        }
    }

    internal IMqttAccess Access { get; }

    /// <summary>Serves one network connection until it has ended.</summary>
    /// <param name="transport">Both directions. The broker completes both.</param>
    /// <param name="abort">Drops the connection at once; both directions of the transport end then.</param>
    public async Task ServeAsync(IDuplexPipe transport, Action abort)
    {
        var peer = new RemotePeer(this, transport, abort);
        Do((peer, broker: this), static (exchange, now, s) =>
        {
            s.broker.open.Add(s.peer);
            if (s.broker.stopped)
                exchange.Close(s.peer, new MqttClosure(MqttEnd.BrokerStopped), now);
            else
                exchange.Open(s.peer, now);
        });
        try
        {
            await peer.RunAsync();
        }
        finally
        {
            // Closed long ago, unless the access rules threw.
            Do(peer, static (exchange, now, peer) => exchange.Close(peer, new MqttClosure(MqttEnd.Aborted), now));
            Left(peer);
        }
    }

    /// <summary>
    /// Connects from within this process: no bytes, no keepalive, and no access rules, since whoever is in
    /// here made them; nor can anybody outside take its client identifier.
    /// </summary>
    /// <param name="clientId">Empty: the broker assigns one; then the session must be clean.</param>
    /// <param name="handler">Gets the messages; see <see cref="IMqttConnection"/>.</param>
    /// <param name="cleanSession">False: the session outlives the connection.</param>
    /// <exception cref="MqttException">The session limit is reached, the identifier is too long, or the broker has stopped.</exception>
    public IMqttConnection ConnectLocal(string clientId, Func<MqttMessage, ValueTask> handler, bool cleanSession = true)
    {
        ArgumentNullException.ThrowIfNull(clientId);
        ArgumentNullException.ThrowIfNull(handler);
        var peer = new LocalConnection(this, handler);
        var code = ConnectReturnCode.ServerUnavailable;
        Do(0, (exchange, now, _) =>
        {
            if (!stopped)
                code = exchange.ConnectLocal(peer, clientId, cleanSession, now);
            if (code == ConnectReturnCode.Accepted)
                open.Add(peer);
        });
        return code == ConnectReturnCode.Accepted ? peer : throw MqttException.Refused(code);
    }

    /// <summary>Ends a client's connection (its will is published) and its session; what is of this process stays.</summary>
    public void Expel(string clientId) => Do(clientId, static (exchange, now, id) => exchange.Expel(id, now));

    /// <summary>Asks the access rules anew about a client's subscriptions, connected or not, and ends those that it may not have any more.</summary>
    /// <param name="identity">As the rules named it.</param>
    public void Recheck(string clientId, string identity) => Do((clientId, identity), static (exchange, _, s) => exchange.Recheck(s.clientId, s.identity));

    /// <summary>Ends every connection (wills are published first) and waits until all are gone.</summary>
    public async ValueTask DisposeAsync()
    {
        await ticker.DisposeAsync();
        var closed = Task.CompletedTask;
        Do(0, (exchange, now, _) =>
        {
            stopped = true;
            foreach (var peer in open)
                exchange.Close(peer, new MqttClosure(MqttEnd.BrokerStopped), now);
            if (open.Count > 0)
                closed = (allClosed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        });
        using var force = clock.CreateTimer(_ => AbortAll(), null, Limits.CloseTimeout, Timeout.InfiniteTimeSpan);
        await closed;
    }

    /// <summary>The one way into the exchange: locked, with the time; what became ready is woken after the lock.</summary>
    internal void Do<TState>(TState state, Action<Exchange, TimeSpan, TState> action)
    {
        Peer[] ready;
        lock (gate)
        {
            action(exchange, clock.GetElapsedTime(started), state);
            ready = exchange.TakeReady();
        }

        foreach (var peer in ready)
            peer.Wake();
    }

    /// <summary>Reads from the exchange without making anybody ready.</summary>
    internal TResult Look<TState, TResult>(TState state, Func<Exchange, TimeSpan, TState, TResult> look)
    {
        lock (gate)
            return look(exchange, clock.GetElapsedTime(started), state);
    }

    /// <summary>A connection's transport or handler is at its end.</summary>
    internal void Left(Peer peer)
    {
        lock (gate)
        {
            exchange.Forget(peer);
            open.Remove(peer);
            if (open.Count == 0)
                allClosed?.TrySetResult();
        }
    }

    private void Tick()
    {
        List<Peer> overdue = [];
        Do(0, (exchange, now, _) => overdue = exchange.Tick(now));
        foreach (var peer in overdue)
            peer.Abort();
    }

    private void AbortAll()
    {
        Peer[] left;
        lock (gate)
            left = [.. open];
        foreach (var peer in left)
            peer.Abort();
    }
}
