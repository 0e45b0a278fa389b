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

    /// <summary>The last will: all its sessions came over the connection that is gone.</summary>
    private async Task Leave(Device device)
    {
        var epochs = device.Sessions.Live.Select(s => s.Epoch).ToArray();
        device.Sessions.EndAll();
        foreach (long epoch in epochs)
            await NodeGrain(device).Dropped(epoch);
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
