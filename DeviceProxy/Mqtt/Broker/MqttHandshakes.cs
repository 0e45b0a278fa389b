using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Fog.DeviceProxy.Mqtt.Broker;

/// <summary>Bounds the connections of an endpoint that the broker does not know of yet, because they are at their TLS handshake or have sent no request for a WebSocket: in number, and each in time.</summary>
public static class MqttHandshakes
{
    /// <summary>To be called before anything else that the endpoint uses, the <see cref="MqttBroker"/> being a singleton service. <see cref="MqttTls"/> calls it itself.</summary>
    public static ListenOptions UseMqttHandshakes(this ListenOptions listen)
    {
        var underWay = new UnderWay();
        listen.Use(next => async connection =>
        {
            var broker = listen.ApplicationServices.GetRequiredService<MqttBroker>();
            using var handshake = new Handshake(underWay);
            if (handshake.Place > broker.Limits.HandshakesMax)
            {
                broker.CountRefused();
                connection.Abort(new ConnectionAbortedException("Too many handshakes are under way."));
                return;
            }

            connection.Items[typeof(Handshake)] = handshake;
            using var timeout = broker.Clock.CreateTimer(
                static s => Expire(((Handshake, ConnectionContext))s!), (handshake, connection), broker.Limits.HandshakeTimeout, Timeout.InfiniteTimeSpan);
            await next(connection);
        });
        return listen;
    }

    /// <summary>The connection has come as far as its protocol.</summary>
    internal static void End(IFeatureCollection connection)
    {
        if (connection.Get<IConnectionItemsFeature>()?.Items.TryGetValue(typeof(Handshake), out var handshake) == true)
            ((Handshake)handshake!).Dispose();
    }

    private static void Expire((Handshake Handshake, ConnectionContext Connection) late)
    {
        if (late.Handshake.TryEnd())
            late.Connection.Abort(new ConnectionAbortedException("The handshake took too long."));
    }

    private sealed class UnderWay
    {
        private int count;

        public int Enter() => Interlocked.Increment(ref count);

        public void Leave() => Interlocked.Decrement(ref count);
    }

    private sealed class Handshake(UnderWay all) : IDisposable
    {
        private int hasEnded;

        public int Place { get; } = all.Enter();

        /// <summary>False if it has ended before.</summary>
        public bool TryEnd()
        {
            if (Interlocked.Exchange(ref hasEnded, 1) != 0)
                return false;
            all.Leave();
            return true;
        }

        public void Dispose() => TryEnd();
    }
}
