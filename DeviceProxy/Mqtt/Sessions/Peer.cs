using Fog.DeviceProxy.Mqtt.Packets;

namespace Fog.DeviceProxy.Mqtt.Sessions;

/// <summary>An open connection as the exchange sees it: whom it belongs to, what it is owed, when it was last heard.</summary>
/// <remarks>Guarded by the broker's lock, but for <see cref="Wake"/>.</remarks>
internal abstract class Peer
{
    /// <summary>None until CONNECT has been accepted, and after the end.</summary>
    public Session? Session { get; set; }

    /// <summary>It lives in this process: the access rules are not about it.</summary>
    public virtual bool IsLocal => false;

    /// <summary>Who the access rules say it is.</summary>
    public string Identity { get; set; } = "";

    public MqttMessage? Will { get; set; }

    /// <summary>Zero: it may be silent forever.</summary>
    public TimeSpan KeepAlive { get; set; }

    public TimeSpan LastHeard { get; set; }

    /// <summary>Answers that go before any message.</summary>
    public Queue<MqttPacket> Replies { get; } = new(0);

    /// <summary>Why it ends; from then on only its replies are still sent.</summary>
    public MqttClosure? Closing { get; set; }

    public TimeSpan ClosingSince { get; set; }

    /// <summary>Already in the exchange's list of peers to wake.</summary>
    public bool IsReady { get; set; }

    /// <summary>Something is there to send, or it is to close. Called without the broker's lock.</summary>
    public abstract void Wake();

    /// <summary>Closing in order took too long. Called without the broker's lock.</summary>
    public abstract void Abort();
}
