using System.Collections.Frozen;
using System.Collections.Immutable;
using Fog.DeviceProxy.Mqtt;
using Fog.DeviceProxy.Proxy.Access;
using Fog.DeviceProxy.Proxy.Devices;
using Fog.DeviceProxy.Proxy.Messages;
using Fog.DeviceProxy.Proxy.Transfers;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Nodes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;

namespace Fog.DeviceProxy.Proxy;

/// <summary>Stands between devices and their node grains: turns bytes into grain calls and mail into bytes. It owns sessions and bytes, never decisions.</summary>
/// <remarks>
/// Broker → <see cref="BrokerLink"/> → <see cref="DeviceTable"/> (a queue a device) → <see cref="DeviceTurn"/>
/// → node and blob grains; node grain → <see cref="Deliver"/> → the same queue → broker. So all that
/// concerns one device happens in order, and a device whose grain is slow delays no other.
/// </remarks>
public sealed partial class DeviceProxyService : IHostedService, IDeviceLink
{
    private readonly FrozenSet<string> sites;
    private readonly IGrainFactory grains;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly ProxyLimits limits;
    private readonly DeviceAccess? access;
    private readonly ProxyTally tally = new();
    private readonly DeviceTable table;
    private readonly BrokerLink broker;
    private readonly CancellationTokenSource stopping = new();
    private Task running = Task.CompletedTask;
    private IDeviceLink? self;

    /// <param name="sites">Sites served here.</param>
    /// <param name="connect">Opens a connection to the broker; called again whenever it has ended.</param>
    /// <param name="hellos">As <see cref="DeviceProxyOptions.Hellos"/>.</param>
    /// <param name="access">Rules of a broker in this process, to be told who leads.</param>
    public DeviceProxyService(
        ImmutableArray<string> sites,
        MqttConnector connect,
        MqttConnector? hellos,
        IGrainFactory grains,
        TimeProvider clock,
        ILogger<DeviceProxyService> logger,
        ProxyLimits limits,
        DeviceAccess? access = null)
    {
        this.sites = sites.ToFrozenSet(StringComparer.Ordinal);
        this.grains = grains;
        this.clock = clock;
        this.logger = logger;
        this.limits = limits;
        this.access = access;
        broker = new(connect, hellos, sites, Receive, clock, limits, tally, logger);
        table = new(limits, broker.Leave);
    }

    public ProxyStatistics Statistics => tally.Snapshot(table.Count);

    /// <summary>Completes when the broker is subscribed to, or could not be reached; then it is tried again until <see cref="StopAsync"/>.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        self = grains.CreateObjectReference<IDeviceLink>(this);
        var turn = new DeviceTurn(grains, self, broker, new(grains, limits.CachedBlobBytesMax), new(limits.PartialUploadBytesMax), new(clock), tally, limits, access);
        var connected = broker.RunAsync(stopping.Token);
        running = Task.WhenAll(connected, ServeAsync(turn), CheckUploadsAsync());
        await await Task.WhenAny(broker.Tried, connected).WaitAsync(cancellationToken);
    }

    /// <summary>Ends the connection and waits for the work in hand.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (self is null || stopping.IsCancellationRequested)
            return;
        table.Close();
        await stopping.CancelAsync();
        await running.WaitAsync(cancellationToken);
        await table.Idle().WaitAsync(cancellationToken);
        grains.DeleteObjectReference<IDeviceLink>(self);
    }

    void IDeviceLink.Deliver(NodeId node, long epoch, ImmutableArray<Downlink> batch)
    {
        var drop = table.Add(node, new Mail(epoch, batch));
        tally.Count(drop == Drop.NoSession ? Drop.SessionOver : drop, batch.Length);
    }

    /// <summary>Ends a device's sessions.</summary>
    internal void Expel(NodeId node) => table.Add(node, new Expelled());

    /// <summary>Completes when no device has work in hand.</summary>
    internal Task Idle() => table.Idle();

    private void Receive(MqttMessage message, BrokerLine line)
    {
        if (line == BrokerLine.Hellos && Envelope.Read(message.Payload.Span, out var envelope) == Drop.None && envelope.Type != MessageType.Hello)
            return; // Whoever has the device's session hears it on a line of its own.
        tally.CountReceived();
        tally.Count(Accept(message, line));
    }

    private Drop Accept(MqttMessage message, BrokerLine line)
    {
        if (!Topics.TryParse(message.Topic, out var node, out bool isWill) || !sites.Contains(node.Site))
            return Drop.ForeignTopic;
        if (isWill)
            return table.Add(node, new WillCame());
        var drop = Envelope.Read(message.Payload.Span, out var envelope);
        if (drop != Drop.None)
            return drop;
        bool isHello = envelope.Type == MessageType.Hello;
        return isHello && line == BrokerLine.Devices
            ? table.Add(node, new Overheard(message.Payload))
            : table.Add(node, new Received(message.Payload), newcomer: isHello);
    }

    private async Task ServeAsync(DeviceTurn turn)
    {
        // Not ReadAllAsync, which continues wherever the writer ran: order is the scheduler's.
        while (await table.Ready.WaitToReadAsync())
        {
            while (table.Ready.TryRead(out var device))
                _ = ServeAsync(turn, device);
        }
    }

    private async Task ServeAsync(DeviceTurn turn, Device device)
    {
        await Task.Yield(); // the turns of others need not wait for this one
        while (table.Next(device) is { } work)
        {
            try
            {
                await turn.Take(device, work);
            }
#pragma warning disable CA1031 // The edge between devices: whatever fails for one (a grain's exception, a call's time-out, a defect) costs that message and concerns nobody else.
            catch (Exception e)
#pragma warning restore CA1031
            {
                tally.Count(Drop.Failed);
                LogFailed(device.Node, work.GetType().Name, e);
            }
        }
    }

    private async Task CheckUploadsAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(limits.UploadStall, clock, stopping.Token);
                table.AddUploadChecks();
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Asked to.
        }
    }

    [LoggerMessage(LogLevel.Error, "Device {Node}: {Work} could not be handled.")]
    private partial void LogFailed(NodeId node, string work, Exception exception);
}
