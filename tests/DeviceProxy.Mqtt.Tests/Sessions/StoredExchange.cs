using System.Text;
using Fog.DeviceProxy.Mqtt.Broker;
using Fog.DeviceProxy.Mqtt.Sessions;

namespace Fog.DeviceProxy.Mqtt.Tests.Sessions;

/// <summary>Exchanges one after the other on one store, which commits when the test says so.</summary>
internal sealed class StoredExchange
{
    private readonly MqttLimits limits;
    private readonly Dictionary<(string, string), byte[]> records = [];
    private SessionJournal journal = null!;
    private IReadOnlyList<SessionRecord>? underWay;

    public StoredExchange(MqttLimits? limits = null, TimeSpan now = default)
    {
        this.limits = limits ?? new MqttLimits();
        Start(now);
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

    /// <summary>The process ends without warning, and what is not durable is gone; the next one starts later.</summary>
    public void Crash(TimeSpan downTime = default)
    {
        var wall = Wall + downTime;
        underWay = null;
        Start(TimeSpan.Zero, wall);
    }

    private void Start(TimeSpan now, DateTimeOffset? wall = null)
    {
        journal = new SessionJournal { Epoch = (wall ?? new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero)) - now };
        Now = new ExchangeHarness(limits, journal: journal) { Now = now };
        Now.Exchange.Restore([.. records.Select(static r => new SessionRecord(r.Key.Item1, r.Key.Item2, r.Value))], now);
    }
}
