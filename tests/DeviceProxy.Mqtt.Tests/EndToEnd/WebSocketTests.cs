using System.Net;
using System.Net.WebSockets;
using Fog.DeviceProxy.Mqtt.Broker;
using Fog.DeviceProxy.Mqtt.Client;
using static Fog.DeviceProxy.Mqtt.QualityOfService;
using static Fog.DeviceProxy.Mqtt.Tests.Texts;

namespace Fog.DeviceProxy.Mqtt.Tests.EndToEnd;

public class WebSocketTests
{
    /// <summary>CONNECT of 3.1.1: clean session, keepalive 60 s, client "ws".</summary>
    private static readonly byte[] Connect = [0x10, 14, 0, 4, .. "MQTT"u8, 4, 2, 0, 60, 0, 2, .. "ws"u8];

    private static readonly byte[] ConnAck = [0x20, 2, 0, 0];
    private static readonly byte[] PingReq = [0xC0, 0];
    private static readonly byte[] PingResp = [0xD0, 0];

    [Theory]
    [InlineData(MqttVersion.V311)]
    [InlineData(MqttVersion.V5)]
    public async Task Messages_go_both_ways_between_a_WebSocket_and_a_socket(MqttVersion version)
    {
        await using var broker = await ListeningBroker.StartAsync();
        Inbox atWeb = new(), atSocket = new();
        using var socket = await OpenAsync(broker);
        var transport = new WebSocketTransport(socket);
        var moved = transport.RunAsync();
        await using var plain = await broker.ConnectAsync("plain", atSocket);
        await plain.SubscribeAsync("from/web", ExactlyOnce);
        var web = await MqttClient.ConnectAsync(
            transport, socket.Abort, new MqttConnectOptions { ClientId = "web", Version = version }, atWeb.ReceiveAsync, TimeProvider.System);
        await web.SubscribeAsync("from/socket", ExactlyOnce);
        string large = new('x', 200_000); // more than either side buffers
        foreach (var qos in Enum.GetValues<QualityOfService>())
        {
            await plain.PublishAsync(Message("from/socket", large, qos));
            Assert.Equal(large, await atWeb.NextTextAsync("from/socket"));
            await web.PublishAsync(Message("from/web", large, qos));
            Assert.Equal(large, await atSocket.NextTextAsync("from/web"));
        }

        await web.DisposeAsync();
        await Patience.Await(moved, "the end of both directions");
        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.CloseStatus);
    }

    [Fact] // MQTT-6.0.0-2
    public async Task Packets_need_not_end_where_WebSocket_messages_do()
    {
        await using var broker = await ListeningBroker.StartAsync();
        using var socket = await OpenAsync(broker);
        await SendAsync(socket, Connect[..1]);
        await SendAsync(socket, []);
        await SendAsync(socket, Connect[1..9]);
        await SendAsync(socket, [.. Connect[9..], .. PingReq, .. PingReq]);
        byte[] expected = [.. ConnAck, .. PingResp, .. PingResp];
        Assert.Equal(expected, await ReceiveAsync(socket, expected.Length));
    }

    [Fact] // MQTT-6.0.0-1
    public async Task A_text_message_ends_the_connection_and_the_will_is_published()
    {
        await using var broker = await ListeningBroker.StartAsync();
        var inbox = new Inbox();
        await using var watcher = await broker.ConnectAsync("watcher", inbox);
        await watcher.SubscribeAsync("w", AtLeastOnce);
        using var socket = await OpenAsync(broker);
        await SendAsync(socket, [0x10, 20, 0, 4, .. "MQTT"u8, 4, 6, 0, 60, 0, 2, .. "ws"u8, 0, 1, .. "w"u8, 0, 1, .. "!"u8]);
        Assert.Equal(ConnAck, await ReceiveAsync(socket, ConnAck.Length));
        await Patience.Await(socket.SendAsync(PingReq, WebSocketMessageType.Text, true, CancellationToken.None), "a text message sent");
        Assert.Equal("!", await inbox.NextTextAsync("w"));
        var end = await Patience.Await(socket.ReceiveAsync(new byte[16], CancellationToken.None), "the end");
        Assert.Equal(WebSocketMessageType.Close, end.MessageType);
    }

    [Theory] // MQTT-6.0.0-3, -4
    [InlineData(null, null, HttpStatusCode.BadRequest)]
    [InlineData("chat", null, HttpStatusCode.BadRequest)]
    [InlineData("mqtt", "http://elsewhere.example", HttpStatusCode.Forbidden)]
    [InlineData("mqtt", "null", HttpStatusCode.Forbidden)]
    public async Task Another_subprotocol_and_a_page_of_another_site_are_refused(string? subprotocol, string? origin, HttpStatusCode status)
    {
        await using var broker = await ListeningBroker.StartAsync();
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        if (subprotocol is not null)
            socket.Options.AddSubProtocol(subprotocol);
        if (origin is not null)
            socket.Options.SetRequestHeader("Origin", origin);
        await Assert.ThrowsAsync<WebSocketException>(() => Patience.Await(socket.ConnectAsync(broker.WebSocket, CancellationToken.None), "an answer"));
        Assert.Equal(status, socket.HttpStatusCode);
    }

    [Fact]
    public async Task A_page_of_the_same_site_may_connect()
    {
        await using var broker = await ListeningBroker.StartAsync();
        using var socket = await OpenAsync(broker, $"http://{broker.WebSocket.Authority}");
        await SendAsync(socket, Connect);
        Assert.Equal(ConnAck, await ReceiveAsync(socket, ConnAck.Length));
    }

    private static async Task<ClientWebSocket> OpenAsync(ListeningBroker broker, string? origin = null)
    {
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("mqtt");
        if (origin is not null)
            socket.Options.SetRequestHeader("Origin", origin);
        await Patience.Await(socket.ConnectAsync(broker.WebSocket, CancellationToken.None), "a WebSocket");
        Assert.Equal("mqtt", socket.SubProtocol);
        return socket;
    }

    private static Task SendAsync(ClientWebSocket socket, byte[] bytes) =>
        Patience.Await(socket.SendAsync(bytes, WebSocketMessageType.Binary, true, CancellationToken.None), "bytes sent");

    private static async Task<byte[]> ReceiveAsync(ClientWebSocket socket, int count)
    {
        var bytes = new byte[count];
        for (int have = 0; have < count;)
        {
            var received = await Patience.Await(socket.ReceiveAsync(new ArraySegment<byte>(bytes, have, count - have), CancellationToken.None), "bytes");
            Assert.Equal(WebSocketMessageType.Binary, received.MessageType);
            have += received.Count;
        }

        return bytes;
    }
}
