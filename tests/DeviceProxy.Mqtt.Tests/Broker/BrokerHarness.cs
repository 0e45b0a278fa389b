using Fog.DeviceProxy.Mqtt.Broker;

namespace Fog.DeviceProxy.Mqtt.Tests.Broker;

/// <summary>A broker on a clock of the test's, with connections in memory.</summary>
internal sealed class BrokerHarness : IAsyncDisposable
{
    private readonly List<Task> served = [];

    public BrokerHarness(MqttLimits? limits = null, IMqttAccess? access = null, ISessionStore? store = null) 
    {
        Broker = new MqttBroker(Time, limits, access, store);
        Broker.Restore();
    }

    public ManualTime Time { get; } = new();

    public MqttBroker Broker { get; }

    public Wire Open(int pauseBytes = 65_536, MqttVersion version = MqttVersion.V311)
    {
        var wire = new Wire(pauseBytes) { Version = version };
        served.Add(Broker.ServeAsync(wire.Theirs, wire.Abort));
        return wire;
    }

    public async Task<Wire> ConnectAsync(string clientId, bool clean = true, ushort keepAlive = 0, int pauseBytes = 65_536)
    {
        var wire = Open(pauseBytes);
        Assert.Equal(ConnectReturnCode.Accepted, (await wire.ConnectAsync(clientId, clean, keepAlive)).ReturnCode);
        return wire;
    }

    /// <summary>Stops the broker; every connection must come to its end.</summary>
    public async ValueTask DisposeAsync()
    {
        var stopped = Broker.DisposeAsync().AsTask();
        Time.Advance(Broker.Limits.CloseTimeout); // those that do not close by themselves are aborted
        await Patience.Await(stopped, "end of the broker");
        await Patience.Await(Task.WhenAll(served), "end of the connections");
        Assert.Equal(0, Broker.Statistics.Connections);
    }
}
