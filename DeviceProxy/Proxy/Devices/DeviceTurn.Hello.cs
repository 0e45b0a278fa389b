using System.Text;
using Fog.DeviceProxy.Mqtt;
using Fog.DeviceProxy.Proxy.Messages;
using Fog.DeviceProxy.Proxy.Sessions;
using Fog.Grains.Interfaces.Nodes;

namespace Fog.DeviceProxy.Proxy.Devices;

internal sealed partial class DeviceTurn
{
    private const uint HelloSequence = 0;

    private Task Greet(Device device, in Envelope envelope)
    {
        if (envelope.Sequence != HelloSequence || HelloMessage.Read(envelope.Body) is not { } facts)
            return Count(Drop.Malformed);
        if (device.Sessions.HaveNonce(facts.DeviceNonce.AsSpan()))
            return Count(Drop.ReplayedHello);
        return Open(device, new(
            [.. envelope.Authenticated, .. Encoding.ASCII.GetBytes(Topics.Up(device.Node))],
            [.. envelope.Tag],
            facts,
            epochs.Next(),
            self));
    }

    /// <summary>The node grain checks the tag and makes the key: the device key never leaves it.</summary>
    private async Task Open(Device device, HelloRequest hello)
    {
        var reply = await NodeGrain(device).Hello(hello);
        if (reply.Refusal == HelloRefusal.StaleEpoch)
        {
            // It comes now, whatever a clock said earlier: refused, it would be until that time is reached.
            hello = hello with { Epoch = epochs.NextAfter(reply.LatestEpoch) };
            reply = await NodeGrain(device).Hello(hello);
        }

        if (reply.Session is not { } opened)
        {
            tally.Count(DropOf(reply.Refusal));
            return;
        }

        if (!await broker.Listen(device))
        {
            tally.Count(Drop.BrokerGone);
            return;
        }

        var session = new DeviceSession(hello.Epoch, hello.Facts, opened.Key);
        device.Sessions.Open(session);
        device.MayBeElsewhere = false;

        access?.Welcomed(device.Node, opened.Leader ? opened.Cluster : null);
        string down = Topics.Down(device.Node);
        var messages = new List<MqttMessage>(1 + opened.Batch.Length)
        {
            Seal(session, MessageType.Welcome, Welcome.Of(opened, opened.Batch.Length), Welcome.Write, down),
        };
        // All on the device's own topic: it subscribes to the leader topic only when it has read welcome.
        messages.AddRange(opened.Batch.Select(m => Seal(device, session, m, down)));
        await broker.Publish(messages);
    }

    private static Drop DropOf(HelloRefusal refusal) => refusal switch
    {
        HelloRefusal.UnknownDevice => Drop.UnknownDevice,
        HelloRefusal.WrongTag => Drop.WrongHelloTag,
        HelloRefusal.StaleEpoch => Drop.StaleEpoch,
        _ => throw new InvalidOperationException($"A node grain refused a hello for no reason ({refusal})."),
    };
}
