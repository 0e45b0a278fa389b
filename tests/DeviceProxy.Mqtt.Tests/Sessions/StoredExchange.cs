using System.Text;
using Fog.DeviceProxy.Mqtt.Broker;
using Fog.DeviceProxy.Mqtt.Sessions;

namespace Fog.DeviceProxy.Mqtt.Tests.Sessions;

/// <summary>Exchanges one after the other on one store, which commits when the test says so.</summary>
internal sealed class StoredExchange
{
    private readonly MqttLimits limits;
    private readonly Dictionary<(string, string), byte[]> records = [];
    private readonly ISessionStore? store;
    private SessionJournal journal = null!;
    private IReadOnlyList<SessionRecord>? underWay;

    /// <param name="records">What an earlier process left.</param>
    /// <param name="store">Keeps the records in place of this object.</param>
    public StoredExchange(MqttLimits? limits = null, IEnumerable<SessionRecord>? records = null, ISessionStore? store = null)
    {
        this.limits = limits ?? new MqttLimits();
        this.store = store;
        foreach (var (group, name, body) in records ?? store?.ReadAll() ?? [])
            this.records.Add((group, name), body!);
        Start(new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero));
    }

    public ExchangeHarness Now { get; private set; } = null!;

    /// <summary>The wall clock.</summary>
    public DateTimeOffset Wall => journal.Epoch + Now.Now;

    public IEnumerable<string> Records => records.Keys.Select(static key => $"{key.Item1} {key.Item2}").Order(StringComparer.Ordinal);

    public byte[] Body(string group, string name) => records[(group, name)];

    /// <summary>As another program would.</summary>
    public void Put(string group, string name, byte[] body) => records[(group, name)] = body;

    /// <summary>Begins a commit and leaves it under way. False: there is nothing to commit.</summary>
    public bool Begin() => (underWay = Now.Exchange.BeginCommit()) is not null;

    /// <summary>The commit under way becomes durable; the broker is not told.</summary>
    public void Sync()
    {
        foreach (var (group, name, body) in underWay!)
        {
            if (body is null)
                records.Remove((group, name));
            else
                records[(group, name)] = body;
        }
    }

    public void End(bool isDurable = true)
    {
        if (isDurable)
            Sync();
        underWay = null;
        Now.Exchange.EndCommit(isDurable);
    }

    /// <summary>Commits until there is nothing to commit.</summary>
    public void Commit()
    {
        while (Begin())
            End();
    }

    /// <summary>Commits to the store what there is; completes when that is durable and the broker was told.</summary>
    public async Task CommitAsync()
    {
        if (Now.Exchange.BeginCommit() is not { } changes)
            return;
        await store!.WriteAsync(changes);
        Now.Exchange.EndCommit(isDurable: true);
    }

    /// <summary>Until everybody has said everything.</summary>
    public void Drain(ReliableClients clients)
    {
        for (var round = 0; round < 100; round++)
        {
            clients.Answer();
            Commit();
        }
    }

    /// <summary>The process ends without warning, and what is not durable is gone; the next one starts later.</summary>
    public void Crash(TimeSpan downTime = default)
    {
        var wall = Wall + downTime;
        underWay = null;
        Start(wall);
    }

    private void Start(DateTimeOffset wall)
    {
        journal = new SessionJournal { Epoch = wall };
        Now = new ExchangeHarness(limits, journal: journal);
        Now.Exchange.Restore([.. records.Select(static r => new SessionRecord(r.Key.Item1, r.Key.Item2, r.Value))], Now.Now);
    }
}
