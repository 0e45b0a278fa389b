using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Fog.DeviceProxy.Mqtt.Tests.EndToEnd;

/// <summary>Strangers that connect and say nothing.</summary>
public sealed class HandshakeTests : IDisposable
{
    private static readonly MqttLimits limits = new() { HandshakesMax = 2, HandshakeTimeout = TimeSpan.FromSeconds(7) };
    private readonly ManualTime time = new();
    private readonly X509Certificate2 certificate;
    private readonly List<Socket> strangers = [];

    public HandshakeTests()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    public void Dispose()
    {
        certificate.Dispose();
        strangers.ForEach(static s => s.Dispose());
    }

    private async Task<ListeningBroker> StartAsync() => await ListeningBroker.StartAsync(limits, clock: time, certificates: [certificate]);

    private async Task<Socket> Stranger(IPEndPoint to)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        strangers.Add(socket);
        try
        {
            await socket.ConnectAsync(to);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            // Refused before it knew that it was connected: whoever waits for its end finds it.
        }

        return socket;
    }

    /// <summary>Completes when the other side has closed.</summary>
    private static async Task End(Socket socket)
    {
        try
        {
            Assert.Equal(0, await Patience.Await(socket.ReceiveAsync(new byte[1]), "end of a connection"));
        }
        catch (SocketException)
        {
            // A reset is an end, too.
        }
    }

    /// <summary>As many strangers as may be under way, and one more, whose end says that the broker has seen all.</summary>
    private async Task<Socket[]> Fill(IPEndPoint to)
    {
        Socket[] all = [await Stranger(to), await Stranger(to), await Stranger(to)];
        var ended = await Patience.Await(Task.WhenAny(all.Select(End)), "end of one");
        await ended;
        return all;
    }

    /// <summary>A client whose handshake has come to its end.</summary>
    private async Task<SslStream> ConnectTls(ListeningBroker broker)
    {
        var tls = new SslStream(new NetworkStream(await Stranger(broker.EndPoint)));
        await Patience.Await(tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            RemoteCertificateValidationCallback = static (_, _, _, _) => true,
        }), "the handshake");
        return tls;
    }

    [Fact]
    public async Task TLS_handshakes_under_way_are_bounded_in_number_and_time()
    {
        await using var broker = await StartAsync();
        using var end = this; // before the broker's
        var connected = await ConnectTls(broker);
        for (var i = 0; i < 3; i++)
            await ConnectTls(broker); // those that came to their end do not count
        var strangers = await Fill(broker.EndPoint);
        Assert.Equal(1, broker.Broker.Statistics.Refused);
        Assert.True(await Record.ExceptionAsync(() => ConnectTls(broker)) is IOException or SocketException);

        time.Advance(limits.HandshakeTimeout);
        await Task.WhenAll(strangers.Select(End));
        await ConnectTls(broker);
        await connected.WriteAsync(Convert.FromHexString("100D00044D51545404020000000161"));
        var answer = new byte[4];
        await Patience.Await(connected.ReadExactlyAsync(answer).AsTask(), "CONNACK");
        Assert.Equal("20020000", Convert.ToHexString(answer));
    }

    [Fact]
    public async Task Requests_for_a_WebSocket_under_way_are_bounded_in_number_and_time()
    {
        await using var broker = await StartAsync();
        using var end = this; // before the broker's
        using var connected = await ConnectWebSocket(broker);
        var strangers = await Fill(new IPEndPoint(IPAddress.Loopback, broker.WebSocket.Port));
        await Assert.ThrowsAsync<WebSocketException>(() => ConnectWebSocket(broker));

        time.Advance(limits.HandshakeTimeout);
        await Task.WhenAll(strangers.Select(End));
        using var next = await ConnectWebSocket(broker);
        Assert.Equal(WebSocketState.Open, connected.State);
    }

    private static async Task<ClientWebSocket> ConnectWebSocket(ListeningBroker broker)
    {
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("mqtt");
        await socket.ConnectAsync(broker.WebSocket, CancellationToken.None);
        return socket;
    }
}
