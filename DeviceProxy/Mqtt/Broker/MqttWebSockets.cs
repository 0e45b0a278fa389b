using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Fog.DeviceProxy.Mqtt.Broker;

/// <summary>MQTT over WebSockets (section 6), for clients that have no sockets, as in a browser.</summary>
public static class MqttWebSockets
{
    private const string Path = "/mqtt";

    /// <summary>The name that both sides must give to what they speak (MQTT-6.0.0-3, -4).</summary>
    private const string Subprotocol = "mqtt";

    /// <summary>Serves <c>/mqtt</c>, the <see cref="MqttBroker"/> being a singleton service. Needs routing. The endpoint uses <see cref="MqttHandshakes"/>.</summary>
    public static WebApplication MapMqtt(this WebApplication app)
    {
        app.Use(static (http, next) =>
        {
            MqttHandshakes.End(http.Features);
            return next(http);
        });
        app.UseWebSockets();
        app.MapGet(Path, ServeAsync);
        return app;
    }

    private static async Task ServeAsync(HttpContext http)
    {
        if (!http.WebSockets.IsWebSocketRequest || !http.WebSockets.WebSocketRequestedProtocols.Contains(Subprotocol))
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            await http.Response.WriteAsync($"This is for WebSockets of the subprotocol '{Subprotocol}'.", http.RequestAborted);
            return;
        }

        if (IsOfAnotherSite(http.Request))
        {
            http.Response.StatusCode = StatusCodes.Status403Forbidden;
            await http.Response.WriteAsync("Pages of another site may not connect here.", http.RequestAborted);
            return;
        }

        using var socket = await http.WebSockets.AcceptWebSocketAsync(Subprotocol);
        var transport = new WebSocketTransport(socket);
        var moved = transport.RunAsync();
        await http.RequestServices.GetRequiredService<MqttBroker>().ServeAsync(transport, socket.Abort);
        await moved;
    }

    /// <summary>Browsers let any page open a WebSocket to any place that its user can reach, and say whose page it is. Other clients say nothing.</summary>
    private static bool IsOfAnotherSite(HttpRequest request) =>
        request.Headers.Origin is [_, ..] origin
        && !(Uri.TryCreate(origin, UriKind.Absolute, out var page) && page.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase));
}
