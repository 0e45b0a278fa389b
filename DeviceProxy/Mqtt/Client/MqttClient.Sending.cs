using System.IO.Pipelines;
using Fog.DeviceProxy.Mqtt.Packets;
using Fog.DeviceProxy.Mqtt.Transport;

namespace Fog.DeviceProxy.Mqtt.Client;

public sealed partial class MqttClient
{
    private const int PortionBytes = 16 * 1024;
    private const int TicksPerKeepAlive = 3;

    private bool sentSinceTick;
    private bool heardSinceTick;
    private int ticksSincePing;
    private bool pingUnanswered;

    /// <summary>Writes what is due: CONNECT, answers and requests first, then messages once the broker has accepted us.</summary>
    private Fill FillOutput(PipeWriter output)
    {
        lock (gate)
        {
            while (output.UnflushedBytes < PortionBytes && control.TryDequeue(out var packet))
                packet.Write(output, options.Version);
            while (isAccepted && output.UnflushedBytes < PortionBytes && outbound.TryTake(out var next))
            {
                var reason = next.TryWrite(output, options.Version, brokerPacketBytesMax, outboundAliases, default)
                    ? MqttReasonCode.Success
                    : MqttReasonCode.PacketTooLarge; // MQTT-3.2.2-15
                if (next.PacketId == 0)
                    next.Outgoing.Done?.TrySetResult(reason);
                else if (reason != MqttReasonCode.Success)
                    outbound.Abandon(next.PacketId, reason);
            }

            if (output.UnflushedBytes > 0)
            {
                sentSinceTick = true;
                return Fill.Some;
            }

            return closing is not null ? Fill.End : Fill.Nothing;
        }
    }

    /// <summary>
    /// Three times per keepalive interval: after a third of it in silence, either way, PINGREQ goes out, so
    /// that never a whole one passes (MQTT-3.1.2-23); not answered for an interval, the broker is gone.
    /// </summary>
    private void Tick()
    {
        var gone = false;
        lock (gate)
        {
            if (closing is not null)
                return;
            if (pingUnanswered)
            {
                gone = ++ticksSincePing >= TicksPerKeepAlive;
            }
            else if (!sentSinceTick || !heardSinceTick)
            {
                control.Enqueue(PingReqPacket.Instance);
                pingUnanswered = true;
                ticksSincePing = 0;
            }

            sentSinceTick = heardSinceTick = false;
        }

        if (gone)
            Close(new MqttClosure(MqttEnd.KeepAliveExpired));
        else
            pump.Wake();
    }

    /// <summary>Keeps the pump's view of the client out of its public face.</summary>
    private sealed class Output(MqttClient client) : IOutputSource
    {
        public Fill Fill(PipeWriter output) => client.FillOutput(output);

        public void OutputFailed(Exception? cause) => client.Close(new MqttClosure(MqttEnd.TransportFailed, Cause: cause));
    }
}
