using System.Collections.Immutable;
using Fog.DeviceProxy.Proxy.Messages;
using Fog.DeviceProxy.Proxy.Sessions;
using Fog.Grains.Interfaces.Nodes;

namespace Fog.DeviceProxy.Proxy.Tests.Sessions;

public class DeviceSessionsTests
{
    private const string Topic = "fog/home/n/esp-7/up";
    private readonly DeviceSessions sessions = new(pendingMax: 4);

    [Fact]
    public void Without_a_session_nothing_is_even_looked_at() => Assert.Equal(Drop.NoSession, Receive(Keepalive(epoch: 1, sequence: 0)));

    [Fact]
    public void A_message_under_the_key_of_a_pending_session_confirms_it()
    {
        Open(1);
        Assert.False(sessions.OfEpoch(1)!.Confirmed);
        Assert.Equal(Drop.None, Receive(Keepalive(1, 0)));
        Assert.True(sessions.OfEpoch(1)!.Confirmed);
    }

    [Fact]
    public void A_hello_displaces_no_session_until_it_is_confirmed()
    {
        Open(1);
        Receive(Keepalive(1, 0));
        Open(2);
        Assert.Equal(Drop.None, Receive(Keepalive(1, 1)));
        Assert.Equal([1L, 2L], Epochs());

        Assert.Equal(Drop.None, Receive(Keepalive(2, 0)));
        Assert.Equal([2L], Epochs());
        Assert.Equal(Drop.WrongTag, Receive(Keepalive(1, 2)));
    }

    [Fact]
    public void A_replayed_hello_beside_a_pending_session_displaces_neither()
    {
        Open(1);
        Open(2); // the replay: nobody has its key
        Assert.Equal(Drop.None, Receive(Keepalive(1, 0)));
        Assert.Equal([1L, 2L], Epochs());
        Assert.Equal(Drop.None, Receive(Keepalive(1, 1)));
    }

    [Fact]
    public void The_oldest_pending_session_makes_room_never_the_confirmed_one()
    {
        Open(1);
        Receive(Keepalive(1, 0));
        for (long epoch = 2; epoch <= 7; epoch++)
            Open(epoch);
        Assert.Equal([1L, 4L, 5L, 6L, 7L], Epochs());
    }

    [Fact]
    public void A_malformed_message_confirms_nothing()
    {
        Open(1);
        byte[] trailing = Envelope.Seal(MessageType.Keepalive, 0, 0, (ref BodyWriter body, int _) => body.U64(0), Key(1).AsSpan(), Topic);
        Assert.Equal(Drop.Malformed, Receive(trailing));
        Assert.False(sessions.OfEpoch(1)!.Confirmed);
        Assert.Equal(Drop.None, Receive(Keepalive(1, 0)));
    }

    [Fact]
    public void A_replayed_or_late_message_is_dropped()
    {
        Open(1);
        Assert.Equal(Drop.None, Receive(Keepalive(1, 3)));
        Assert.Equal(Drop.Replayed, Receive(Keepalive(1, 3)));
        Assert.Equal(Drop.None, Receive(Keepalive(1, 2)));
        Assert.Equal(Drop.None, Receive(Keepalive(1, 100)));
        Assert.Equal(Drop.OutOfWindow, Receive(Keepalive(1, 36)));
        Assert.Equal(Drop.None, Receive(Keepalive(1, 37)));
    }

    [Fact]
    public void Each_session_counts_for_itself()
    {
        Open(1);
        Open(2);
        Assert.Equal(Drop.None, Receive(Keepalive(1, 0)));
        Assert.Equal(Drop.None, Receive(Keepalive(2, 0)));
        Assert.Equal(Drop.Replayed, Receive(Keepalive(2, 0)));
    }

    [Fact]
    public void A_message_for_another_device_has_the_wrong_tag()
    {
        Open(1);
        byte[] message = Envelope.Seal(MessageType.Keepalive, 0, new KeepaliveUplink(0), KeepaliveMessage.Write, Key(1).AsSpan(), "fog/home/n/esp-8/up");
        Assert.Equal(Drop.WrongTag, Receive(message));
    }

    [Fact]
    public void The_nonces_of_live_sessions_are_known()
    {
        Open(1);
        Open(2);
        Assert.True(sessions.HaveNonce(Nonce(1).AsSpan()));
        Receive(Keepalive(2, 0));
        Assert.False(sessions.HaveNonce(Nonce(1).AsSpan()));
        Assert.True(sessions.HaveNonce(Nonce(2).AsSpan()));
        sessions.EndAll();
        Assert.False(sessions.HaveNonce(Nonce(2).AsSpan()));
    }

    [Fact]
    public void What_a_session_sends_is_numbered_from_0()
    {
        Open(1);
        var session = sessions.OfEpoch(1)!;
        for (byte n = 0; n < 3; n++)
        {
            byte[] message = session.Seal(MessageType.Stop, new StopDownlink(new("00112233445566778899aabbccddeeff")), StopMessage.Write, "fog/home/n/esp-7/down");
            Assert.Equal([1, 0x84, n, 0, 0, 0], message[..6]);
        }
    }

    [Fact]
    public void An_epoch_that_does_not_grow_is_our_own_defect()
    {
        Open(2);
        Assert.Throws<InvalidOperationException>(() => Open(2));
    }

    private static ImmutableArray<byte> Key(long epoch) => [.. Enumerable.Repeat((byte)epoch, 32)];

    private static ImmutableArray<byte> Nonce(long epoch) => [.. Enumerable.Repeat((byte)epoch, 16)];

    private static byte[] Keepalive(long epoch, uint sequence) =>
        Envelope.Seal(MessageType.Keepalive, sequence, new KeepaliveUplink(65536), KeepaliveMessage.Write, Key(epoch).AsSpan(), Topic);

    private void Open(long epoch) => sessions.Open(new(
        epoch,
        new(Nonce(epoch), 0, new(TimeSpan.FromSeconds(1), 100), 0, 0, WakeCause.Timer, default, default, 0, []),
        Key(epoch)));

    private Drop Receive(byte[] message)
    {
        Assert.Equal(Drop.None, Envelope.Read(message, out var envelope));
        return sessions.Receive(envelope, Topic, out _, out _);
    }

    private long[] Epochs() => [.. sessions.Live.Select(s => s.Epoch)];
}
