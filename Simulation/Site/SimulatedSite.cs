using Fog.DeviceProxy.Mqtt;
using Fog.DeviceProxy.Mqtt.Broker;
using Fog.DeviceProxy.Mqtt.Client;
using Fog.DeviceProxy.Proxy;
using Fog.Engine.Hosting;
using Fog.Engine.Storage;
using Fog.Grains;
using Fog.Grains.Interfaces.Ids;
using Fog.Simulation.Faults;
using Fog.Simulation.Invariants;
using Fog.Simulation.Network;
using Fog.Simulation.Scheduling;
using Fog.Simulation.Storage;

namespace Fog.Simulation.Site;

/// <summary>One site: a silo that comes back after it died, its disk, and the network between it and the devices.</summary>
internal sealed class SimulatedSite
{
    public const string Name = "lab";

    public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private static readonly FaultPlan s_noFaults = new();
    private static readonly TimeSpan s_syncMin = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan s_syncMax = TimeSpan.FromMilliseconds(8);

    private readonly EventLoop _loop;
    private readonly EventLog _log;
    private readonly Referee _referee;
    private readonly FaultPlan _faults;
    private readonly SeededRandom _random;
    private readonly SimulatedProcess _operator;
    private readonly SimulatedStore _store;
    private readonly SimulatedDisk _disk;
    private readonly SiloSettings _settings;
    private readonly StateModel _states;
    private readonly Dictionary<string, Wire> _wires = [];
    private readonly SortedDictionary<string, int> _injected = new(StringComparer.Ordinal);
    private readonly MessageTap _tap;
    private UnreliableConnection? _proxyLink;
    private DateTimeOffset _partitionedUntil;
    private DateTimeOffset _grainsGoneUntil;
    private TaskCompletionSource<SimulatedSilo> _nextSilo = new();

    public SimulatedSite(SimulationOptions options, FaultPlan faults, EventLoop loop, EventLog log, Referee referee, SeededRandom random)
    {
        _loop = loop;
        _log = log;
        _referee = referee;
        _faults = faults;
        _random = random;
        _operator = new SimulatedProcess(loop);
        _store = options.Store?.Invoke() ?? new SimulatedStore(new MemoryRecordStore(), static () => { });
        _states = new StateModel(referee);
        _disk = new SimulatedDisk(_store.Records, Faults, random.Fork(), Committed, Crash);
        _tap = new MessageTap(Sent, message => _log.Add("down", message.Topic, content: message.Payload.Span), Injected);
        _settings = new SiloSettings(
            Name,
            random.Fork(),
            options.Grains ?? (static engine => engine.AddGrains(typeof(FogOptions).Assembly)),
            new MqttLimits { ConnectionsMax = 2 * options.Nodes + 1000, SessionsMax = 2 * options.Nodes + 1000 },
            new ProxyLimits { DevicesMax = options.Nodes + 1000 },
            Finished);
        Silo = StartSilo();
    }

    /// <summary>What went wrong on purpose so far.</summary>
    public IReadOnlyDictionary<string, int> FaultsInjected => _injected;

    /// <summary>The present silo, or the one that died last.</summary>
    public SimulatedSilo Silo { get; private set; }

    /// <summary>False: nothing goes wrong any more.</summary>
    public bool IsFaulty { get; set; } = true;

    /// <summary>The silo once it is up; may be down again when the caller looks.</summary>
    public async Task<SimulatedSilo> Up()
    {
        while (true)
        {
            var silo = Silo.Died.IsCompleted ? await _nextSilo.Task : Silo;
            await Task.WhenAny(silo.Up, silo.Died);
            if (silo.IsUp)
            {
                return silo;
            }
        }
    }

    /// <summary>Asks until there is an answer: what is asked so may be asked twice.</summary>
    public async Task<T> Ask<T>(SimulatedProcess asker, Func<IGrainFactory, Task<T>> call)
    {
        while (true)
        {
            var silo = await Up();
            try
            {
                return await silo.Ask(call);
            }
            catch (Exception e) when (IsAway(e))
            {
                await Task.Delay(RetryAfter, asker.Clock);
            }
        }
    }

    /// <summary>Nobody says whether what was asked was done.</summary>
    public static bool IsAway(Exception e) => e is SiloGoneException or TimeoutException or StoreUnavailableException;

    /// <summary>A device's way to the broker.</summary>
    public async Task<MqttClient> Connect(MqttConnectOptions options, Func<MqttMessage, ValueTask> handler, TimeProvider clock, CancellationToken cancellation)
    {
        var wire = new Wire();
        if (Silo.IsUp)
        {
            _wires[options.ClientId] = wire;
            Silo.Accept(wire);
        }
        else
        {
            wire.Cut(); // Nobody listens there.
        }

        return await MqttClient.ConnectAsync(wire.Client, wire.Cut, options, handler, clock, cancellation);
    }

    public void Crash(string how)
    {
        if (!IsFaulty || Silo.Died.IsCompleted)
        {
            return;
        }

        Injected("silo crash", how);
        Silo.Kill();
        _store.PowerLost();
        var down = _random.Between(TimeSpan.FromMilliseconds(100), _faults.SiloDownMax);
        _operator.Start(async () =>
        {
            await Task.Delay(down, _operator.Clock);
            _log.Add("silo starts", EventLog.Silo);
            var waiting = _nextSilo;
            _nextSilo = new();
            Silo = StartSilo();
            waiting.SetResult(Silo);
        });
    }

    public void Partition()
    {
        var lasts = _random.Between(TimeSpan.FromSeconds(1), _faults.PartitionMax);
        Injected("partition", $"{lasts}");
        _partitionedUntil = _loop.Now + lasts;
        _proxyLink?.Break();
    }

    /// <summary>The proxy cannot reach the grains for a while, nor they it.</summary>
    public void PartitionGrains()
    {
        var lasts = _random.Between(TimeSpan.FromSeconds(1), _faults.PartitionMax);
        Injected("partition of grains", $"{lasts}");
        _grainsGoneUntil = _loop.Now + lasts;
    }

    /// <summary>Cuts the connection of one device, if it has one.</summary>
    public void CutWire(string clientId)
    {
        if (_wires.TryGetValue(clientId, out var wire) && !wire.IsCut)
        {
            Injected("wire cut", clientId);
            wire.Cut();
        }
    }

    public void Injected(string fault, string where)
    {
        _log.Add(fault, fault.StartsWith("silo", StringComparison.Ordinal) || fault.StartsWith("partition", StringComparison.Ordinal) ? EventLog.Silo : where, where);
        _injected[fault] = _injected.GetValueOrDefault(fault) + 1;
    }

    private SimulatedSilo StartSilo()
    {
        var process = new SimulatedProcess(_loop, () => _random.Between(s_syncMin, s_syncMax));
        return new SimulatedSilo(_settings, process, _disk, connect => (handler, _) =>
        {
            if (_loop.Now < _partitionedUntil)
            {
                throw new OperationCanceledException("The broker cannot be reached.");
            }

            _proxyLink = new UnreliableConnection(connect, handler, Faults, _random, process.Clock, _tap);
            return Task.FromResult<IMqttConnection>(_proxyLink);
        },
        engine => new PartitionedGrains(engine, () => IsFaulty && _loop.Now < _grainsGoneUntil, _random, process.Clock, Injected));
    }

    private FaultPlan Faults() => IsFaulty ? _faults : s_noFaults;

    private void Committed(IReadOnlyList<RecordWrite> batch)
    {
        foreach (var write in batch)
        {
            _log.Add(write.IsConflict ? "conflict" : "synced", write.Key.Grain, write.Key.Name, write.Body);
        }

        _states.Committed(batch);
    }

    private void Finished(long call, Digest snapshot, Digest value)
    {
        _log.Add("host finished", EventLog.Silo, value.Hex);
        _referee.Votes.Finished(call, snapshot, value);
    }

    private void Sent(MqttMessage message)
    {
        _log.Add("up", message.Topic, content: message.Payload.Span);
        if (MessageTap.NodeOf(message.Topic) is { } node && _referee.Votes.Sent(node, message.Payload.Span) is { } task)
        {
            _log.Add("result", node.ToString(), task.Hex);
        }
    }
}
