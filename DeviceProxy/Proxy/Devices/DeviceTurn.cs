using Fog.DeviceProxy.Mqtt;
using Fog.DeviceProxy.Proxy.Access;
using Fog.DeviceProxy.Proxy.Messages;
using Fog.DeviceProxy.Proxy.Sessions;
using Fog.DeviceProxy.Proxy.Transfers;
using Fog.Grains.Interfaces.Nodes;
using Orleans;

namespace Fog.DeviceProxy.Proxy.Devices;

/// <summary>What a device's turn does with one piece of work.</summary>
/// <remarks>Holds nothing of any device itself; turns of several devices run concurrently.</remarks>
internal sealed partial class DeviceTurn(
    IGrainFactory grains,
    IDeviceLink self,
    BrokerLink broker,
    BlobCache blobs,
    PartialUploads uploads,
    EpochSource epochs,
    ProxyTally tally,
    ProxyLimits limits,
    DeviceAccess? access)
{
    public Task Take(Device device, Work work) => work switch
    {
        Received received => Receive(device, received.Message.Span),
        Overheard overheard => Overhear(device, overheard.Message.Span),
        Mail mail => Deliver(device, mail),
        WillCame => Leave(device),
        Expelled => Forget(device),
        UploadCheck => CheckUploads(device),
        _ => throw new InvalidOperationException($"{work.GetType()} is no work of a device."),
    };

    private Task Receive(Device device, ReadOnlySpan<byte> message)
    {
        var drop = Envelope.Read(message, out var envelope);
        if (drop != Drop.None)
            return Count(drop);
        if (envelope.Type == MessageType.Hello)
            return Greet(device, envelope);

        drop = device.Sessions.Receive(envelope, Topics.Up(device.Node), out var session, out var content);
        if (drop == Drop.WrongTag && device.MayBeElsewhere)
            device.Sessions.EndAll(); // It speaks in a session that another proxy opened.
        if (drop == Drop.None)
            device.MayBeElsewhere = false;
        return drop != Drop.None ? Count(drop) : content switch
        {
            ForNode { Message: SleepUplink sleep } => Sleep(device, session!, sleep),
            ForNode forNode => Forward(device, session!, forNode.Message),
            Need need => Serve(device, session!, need),
            Chunk chunk => Collect(device, session!, chunk),
            _ => throw new InvalidOperationException($"{content?.GetType()} is no content of a session."),
        };
    }

    private Task Forward(Device device, DeviceSession session, Uplink message) =>
        NodeGrain(device).Receive(new SessionRef(session.Epoch, self, session.Facts), message);

    private Task Sleep(Device device, DeviceSession session, SleepUplink sleep)
    {
        device.Sessions.End(session);
        return Forward(device, session, sleep);
    }

    /// <summary>By itself it says nothing: it may be a replay, or one that this proxy was given, too.</summary>
    private static Task Overhear(Device device, ReadOnlySpan<byte> message)
    {
        Envelope.Read(message, out var envelope);
        if (HelloMessage.Read(envelope.Body) is { } facts && !device.Sessions.HaveNonce(facts.DeviceNonce.AsSpan()))
            device.MayBeElsewhere = true;
        return Task.CompletedTask;
    }

    /// <summary>The last will: its sessions came over the connection that is gone. Where hellos come on a line of their own, one may have overtaken it: what a hello opened since stays.</summary>
    private async Task Leave(Device device)
    {
        var gone = device.Sessions.Live.Where(s => s.Confirmed || !broker.IsShared).ToArray();
        foreach (var session in gone)
            device.Sessions.End(session);
        foreach (var session in gone)
            await NodeGrain(device).Dropped(session.Epoch);
    }

    private static Task Forget(Device device)
    {
        device.Sessions.EndAll();
        return Task.CompletedTask;
    }

    private Task Publish(DeviceSession session, Device device, MessageType type, Need need) =>
        broker.Publish([Seal(session, type, need, Need.Write, Topics.Down(device.Node))]);

    private static MqttMessage Seal<T>(DeviceSession session, MessageType type, T content, BodyWrite<T> write, string topic) =>
        new(topic, session.Seal(type, content, write, topic));

    private INodeGrain NodeGrain(Device device) => grains.GetGrain<INodeGrain>(device.Node.ToString());

    private Task Count(Drop drop)
    {
        tally.Count(drop);
        return Task.CompletedTask;
    }
}
