using System.Collections.Immutable;
using Fog.Grains.Interfaces.Nodes;

namespace Fog.DeviceProxy.Proxy.Messages;

/// <summary>0x81, fog → device: the answer to <c>hello</c>.</summary>
/// <remarks>
/// <code>
/// | fog nonce, 16 | site time ms, 8 | sleep ms, 4 | awake limit ms, 4 | length, 1 | cluster | term, 4 | leader, 1 | tasks, 2 |
/// </code>
/// </remarks>
/// <param name="Tasks">Messages of the mail that follow at once.</param>
internal sealed record Welcome(
    ImmutableArray<byte> FogNonce,
    DateTimeOffset SiteTime,
    TimeSpan Sleep,
    TimeSpan AwakeLimit,
    string Cluster,
    uint Term,
    bool Leader,
    int Tasks)
{
    public static Welcome Of(SessionOpened session, int tasks) => new(
        session.FogNonce, session.SiteTime, session.Sleep, session.AwakeLimit, session.Cluster, session.Term, session.Leader, tasks);

    public static Welcome? Read(ReadOnlySpan<byte> bytes)
    {
        var body = new BodyReader(bytes);
        ImmutableArray<byte> nonce = [.. body.Bytes(ProtocolLimits.NonceBytes)];
        var time = body.Time();
        var sleep = body.Milliseconds();
        var awakeLimit = body.Milliseconds();
        string cluster = body.NameOrEmpty();
        uint term = body.U32();
        bool leader = body.Flag();
        int tasks = body.U16();
        return body.Complete() ? new(nonce, time, sleep, awakeLimit, cluster, term, leader, tasks) : null;
    }

    public static void Write(ref BodyWriter body, Welcome welcome)
    {
        body.Bytes(welcome.FogNonce.AsSpan());
        body.Time(welcome.SiteTime);
        body.Milliseconds(welcome.Sleep);
        body.Milliseconds(welcome.AwakeLimit);
        body.Name(welcome.Cluster);
        body.U32(welcome.Term);
        body.Flag(welcome.Leader);
        body.U16(welcome.Tasks);
    }
}
