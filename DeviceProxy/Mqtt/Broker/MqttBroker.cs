using System.IO.Pipelines;
using Fog.DeviceProxy.Mqtt.Sessions;

namespace Fog.DeviceProxy.Mqtt.Broker;

/// <summary>An MQTT 3.1.1 and 5.0 server. Sessions, retained messages and delayed wills survive a connection, and with a store the process, too.</summary>
/// <remarks>
/// The shell around <see cref="Exchange"/>: one lock, the clock, and the connections. Messages of one
/// publisher reach each subscriber in order (4.6). A subscriber that does not read delays nobody; its queue
/// fills up to its limits, then its messages are dropped and counted. With a store, what an acknowledgement
/// promises is durable before it is sent (4.1, 4.3); who uses no session that is stored waits for nothing.
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
    private readonly ISessionStore? store;
    private readonly SessionJournal? journal;
    private readonly List<(long Commit, TaskCompletionSource Durable)> waiting = [];
    private bool stopped;
    private TaskCompletionSource? allClosed;
    private TaskCompletionSource? settled;

    /// <param name="access">Default: everybody may do everything.</param>
    /// <param name="store">Read by <see cref="Restore"/>, which must come before the first connection. Default: everything is in memory only.</param>
    public MqttBroker(TimeProvider clock, MqttLimits? limits = null, IMqttAccess? access = null, ISessionStore? store = null)
    {
        this.clock = clock;
        this.store = store;
        Limits = limits ?? new MqttLimits();
        Access = access ?? new AllowAll();
        journal = store is null ? null : new SessionJournal { Epoch = clock.GetUtcNow() };
        exchange = new Exchange(Limits, Access, journal);
        started = clock.GetTimestamp();
        ticker = clock.CreateTimer(static broker => ((MqttBroker)broker!).Tick(), this, TickPeriod, TickPeriod);
    }

    /// <summary>Takes up what is in the store. Once, before the first connection; without a store there is nothing to do.</summary>
    /// <exception cref="UnreadableSessionException">The store has a record of a later version, or a damaged one.</exception>
    public void Restore()
    {
        if (store is not null)
            Do(store.ReadAll(), static (exchange, now, records) => exchange.Restore(records, now));
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

    internal TimeProvider Clock => clock;

    /// <summary>A connection was refused before it could say CONNECT.</summary>
    internal void CountRefused() => Do(0, static (exchange, _, _) => exchange.CountRefused());

    /// <summary>Serves one network connection until it has ended.</summary>
    /// <param name="transport">Both directions. The broker completes both.</param>
    /// <param name="abort">Drops the connection at once; both directions of the transport end then.</param>
    /// <param name="certifiedName">For <see cref="MqttCredentials.CertifiedName"/>.</param>
    public async Task ServeAsync(IDuplexPipe transport, Action abort, string? certifiedName = null)
    {
        var peer = new RemotePeer(this, transport, abort, certifiedName);
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

    /// <summary>Ends every connection (wills are published first) and waits until all are gone, and what they left is durable, if the store still takes it.</summary>
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
        using (clock.CreateTimer(_ => AbortAll(), null, Limits.CloseTimeout, Timeout.InfiniteTimeSpan))
            await closed;
        await SettleAsync();
    }

    /// <summary>The one way into the exchange: locked, with the time; what became ready is woken after the lock.</summary>
    internal void Do<TState>(TState state, Action<Exchange, TimeSpan, TState> action)
    {
        Peer[] ready;
        IReadOnlyList<SessionRecord>? changes;
        lock (gate)
        {
            action(exchange, clock.GetElapsedTime(started), state);
            ready = exchange.TakeReady();
            changes = exchange.BeginCommit();
        }

        Commit(changes);
        foreach (var peer in ready)
            peer.Wake();
    }

    /// <summary>The same; completes when what it promised is durable.</summary>
    internal Task DoDurably<TState>(TState state, Action<Exchange, TimeSpan, TState> action)
    {
        Peer[] ready;
        IReadOnlyList<SessionRecord>? changes;
        Task durable;
        lock (gate)
        {
            exchange.Promised = 0;
            action(exchange, clock.GetElapsedTime(started), state);
            durable = exchange.Promised > exchange.Durable ? WhenDurable(exchange.Promised) : Task.CompletedTask;
            ready = exchange.TakeReady();
            changes = exchange.BeginCommit();
        }

        Commit(changes);
        foreach (var peer in ready)
            peer.Wake();
        return durable;
    }

    /// <summary>Reads from the exchange without making anybody ready.</summary>
    internal TResult Look<TState, TResult>(TState state, Func<Exchange, TimeSpan, TState, TResult> look)
    {
        TResult result;
        IReadOnlyList<SessionRecord>? changes;
        lock (gate)
        {
            result = look(exchange, clock.GetElapsedTime(started), state);
            changes = exchange.BeginCommit();
        }

        Commit(changes);
        return result;
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
        Do(0, (exchange, now, _) =>
        {
            if (journal is not null)
                journal.Epoch = clock.GetUtcNow() - now; // wall clocks are set; what is stored about time to come follows
            overdue = exchange.Tick(now);
        });
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

    private void Commit(IReadOnlyList<SessionRecord>? changes)
    {
        if (changes is not null)
            _ = CommitAsync(changes);
    }

    private async Task CommitAsync(IReadOnlyList<SessionRecord> changes)
    {
        var isDurable = true;
        try
        {
            await store!.WriteAsync(changes);
        }
#pragma warning disable CA1031 // Whatever the store's trouble is: nothing of it is acknowledged, it is counted, and tried again with the next second.
        catch (Exception)
#pragma warning restore CA1031
        {
            isDurable = false;
        }

        List<TaskCompletionSource> done = [];
        Do((broker: this, isDurable, done), static (exchange, _, s) =>
        {
            exchange.EndCommit(s.isDurable);
            s.broker.TakeDurable(exchange.Durable, s.done);
        });
        foreach (var one in done)
            one.TrySetResult();
    }

    /// <summary>Under the lock.</summary>
    private Task WhenDurable(long commit)
    {
        var durable = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        waiting.Add((commit, durable));
        return durable.Task;
    }

    /// <summary>Under the lock: who waits no more.</summary>
    private void TakeDurable(long commit, List<TaskCompletionSource> done)
    {
        done.AddRange(waiting.Where(w => w.Commit <= commit).Select(static w => w.Durable));
        waiting.RemoveAll(w => w.Commit <= commit);
        if (settled is not null && (journal!.IsSettled || journal.IsPaused))
            done.Add(settled);
    }

    /// <summary>Waits for the last commit, or the first that fails.</summary>
    private async Task SettleAsync()
    {
        Task done;
        lock (gate)
        {
            if (journal is null or { IsSettled: true } or { IsPaused: true })
                done = Task.CompletedTask;
            else
                done = (settled ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }

        await done;
        (long, TaskCompletionSource Durable)[] left;
        lock (gate)
            left = [.. waiting];
        foreach (var (_, durable) in left)
            durable.TrySetException(MqttException.Ended(new MqttClosure(MqttEnd.BrokerStopped)));
    }
}
