using Fog.DeviceProxy.Mqtt;
using Fog.DeviceProxy.Proxy.Messages;
using Fog.DeviceProxy.Proxy.Sessions;
using Fog.Grains.Interfaces.Nodes;

namespace Fog.DeviceProxy.Proxy.Devices;

internal sealed partial class DeviceTurn
{
    private Task Deliver(Device device, Mail mail)
    {
        if (device.Sessions.OfEpoch(mail.Epoch) is not { } session)
        {
            tally.Count(Drop.SessionOver, mail.Batch.Length);
            return Task.CompletedTask;
        }

        return broker.Publish([.. mail.Batch.Select(m => Seal(device, session, m, TopicOf(device, m)))]);
    }

    private static string TopicOf(Device device, Downlink message) => message is TaskDownlink { LeaderOf: { } cluster }
        ? Topics.Leader(device.Node.Site, cluster)
        : Topics.Down(device.Node);

    private MqttMessage Seal(Device device, DeviceSession session, Downlink message, string topic) => message switch
    {
        TaskDownlink task => Seal(session, MessageType.Task, task, TaskMessage.Write, topic),
        AcceptedDownlink accepted => Seal(session, MessageType.Accepted, accepted, AcceptedMessage.Write, topic),
        StopDownlink stop => Seal(session, MessageType.Stop, stop, StopMessage.Write, topic),
        UpdateDownlink update => Seal(session, MessageType.Update, NoteUpdate(device, update), UpdateMessage.Write, topic),
        FetchDownlink fetch => Seal(session, MessageType.FogNeed, BeginUpload(device, session, fetch), Need.Write, topic),
        _ => throw new InvalidOperationException($"{message.GetType()} is no message to a device."),
    };
}
