using Microsoft.AspNetCore.Connections;

namespace Fog.DeviceProxy.Mqtt.Broker;

/// <summary>
/// MQTT on a Kestrel endpoint, with TLS where the endpoint has it:
/// <c>listen.UseConnectionHandler&lt;MqttConnectionHandler&gt;()</c>, the broker being a singleton service.
/// </summary>
public sealed class MqttConnectionHandler(MqttBroker broker) : ConnectionHandler
{
    public override Task OnConnectedAsync(ConnectionContext connection) =>
        broker.ServeAsync(connection.Transport, connection.Abort, MqttTls.CertifiedName(connection.Features));
}
