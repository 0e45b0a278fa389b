using System.Collections.Concurrent;
using System.Collections.Immutable;
using Fog.DeviceProxy.Mqtt;
using Fog.DeviceProxy.Proxy.Access;
using Fog.DeviceProxy.Proxy.Tests.Fakes;
using Fog.Grains.Interfaces.Nodes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fog.DeviceProxy.Proxy.Tests;

/// <summary>The proxy between a broker and grains that are fakes, on a clock that stands still.</summary>
internal sealed class ProxyHarness : IAsyncDisposable
{
    /// <param name="isShared">Other proxies are at the broker, so hellos come from <see cref="Hellos"/>.</param>
    public ProxyHarness(ProxyLimits? limits = null, bool isShared = false)
    {
        Access = new(["home"], () => Fog, Clock, limits ?? new(), NullLogger<DeviceAccess>.Instance);
        Proxy = new(["home"], Broker.Connect, isShared ? Hellos.Connect : null, Fog, Clock, Log, limits ?? new(), Access);
    }

    public TestClock Clock { get; } = new();

    public FakeFog Fog { get; } = new();

    public FakeBroker Broker { get; } = new();

    /// <summary>The same broker as seen through the second connection.</summary>
    public FakeBroker Hellos { get; } = new();

    public RecordedLog Log { get; } = new();

    public DeviceAccess Access { get; }

    public DeviceProxyService Proxy { get; }

    public static async Task<ProxyHarness> Started(ProxyLimits? limits = null, bool isShared = false)
    {
        var harness = new ProxyHarness(limits, isShared);
        await harness.Proxy.StartAsync(default);
        return harness;
    }

    public TestDevice Device(string name = "esp-7") => new(new("home", name), Fog.Node($"home/{name}").Key!);

    public FakeNode Node(TestDevice device) => Fog.Node(device.Node.ToString());

    /// <summary>Sends what a device says and waits until the proxy has dealt with it.</summary>
    public async Task Send(TestDevice device, params byte[][] messages)
    {
        foreach (byte[] message in messages)
            await Broker.Send(device.Up, message);
        await Proxy.Idle();
    }

    /// <summary>The broker gives this proxy the device's hello.</summary>
    public async Task Give(TestDevice device, byte[] hello)
    {
        await Hellos.Send(device.Up, hello);
        await Proxy.Idle();
    }

    /// <summary>Hello and welcome, and the messages that followed at once.</summary>
    public async Task<MqttMessage[]> Wake(TestDevice device)
    {
        await Send(device, device.Hello());
        var published = Broker.Published();
        device.Welcomed(published[0]);
        return published[1..];
    }

    /// <summary>Mail from the node grain, over the link that its last hello named.</summary>
    public Task<MqttMessage[]> Deliver(TestDevice device, params ImmutableArray<Downlink> batch) =>
        Deliver(device, Node(device).Hellos[^1], batch);

    public async Task<MqttMessage[]> Deliver(TestDevice device, HelloRequest hello, params ImmutableArray<Downlink> batch)
    {
        hello.Link.Deliver(device.Node, hello.Epoch, batch);
        await Proxy.Idle();
        return Broker.Published();
    }

    public long Dropped(Drop drop) => Proxy.Statistics.Dropped.GetValueOrDefault(drop);

    public async ValueTask DisposeAsync() => await Proxy.StopAsync(default);
}

internal sealed class RecordedLog : ILogger<DeviceProxyService>
{
    public ConcurrentQueue<(LogLevel Level, string Text, Exception? Exception)> Entries { get; } = new();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Entries.Enqueue((logLevel, formatter(state, exception), exception));
}
