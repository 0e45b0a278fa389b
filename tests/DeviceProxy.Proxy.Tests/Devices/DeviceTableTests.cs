using Fog.DeviceProxy.Proxy.Devices;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Nodes;

namespace Fog.DeviceProxy.Proxy.Tests.Devices;

public class DeviceTableTests
{
    private static readonly NodeId A = new("home", "a"), B = new("home", "b"), C = new("home", "c");
    private readonly DeviceTable table = new(new() { DevicesMax = 2, QueuedPerDeviceMax = 3, QueuedBytesMax = 1000 }, static _ => { });

    [Fact]
    public void Only_a_newcomer_is_given_a_place()
    {
        Assert.Equal(Drop.NoSession, table.Add(A, new WillCame()));
        Assert.Equal(0, table.Count);
        Assert.Equal(Drop.None, Hello(A));
        Assert.Equal(Drop.None, table.Add(A, new WillCame()));
    }

    [Fact]
    public void A_device_gives_its_place_up_when_it_has_neither_work_nor_session()
    {
        Hello(A);
        var device = Ready();
        Assert.IsType<Received>(table.Next(device));
        Assert.Null(table.Next(device));
        Assert.Equal(0, table.Count);
    }

    [Fact]
    public void A_device_with_a_session_keeps_its_place()
    {
        Settle(A);
        Assert.Equal(1, table.Count);
        Assert.Equal(Drop.None, table.Add(A, new WillCame()));
    }

    [Fact]
    public void Work_comes_in_order_and_the_device_is_ready_once()
    {
        Hello(A);
        table.Add(A, new WillCame());
        table.Add(A, new UploadCheck());
        var device = Ready();
        Assert.False(table.Ready.TryRead(out _));
        Assert.IsType<Received>(table.Next(device));
        Assert.IsType<WillCame>(table.Next(device));
        Assert.IsType<UploadCheck>(table.Next(device));
        Assert.Null(table.Next(device));
    }

    [Fact]
    public void A_device_that_is_busy_does_not_become_ready_again()
    {
        Hello(A);
        var device = Ready();
        table.Next(device);
        table.Add(A, new WillCame());
        Assert.False(table.Ready.TryRead(out _));
        Assert.IsType<WillCame>(table.Next(device));
    }

    [Fact]
    public void Too_much_work_for_one_device_is_refused()
    {
        Hello(A);
        table.Add(A, new WillCame());
        table.Add(A, new WillCame());
        Assert.Equal(Drop.QueueFull, table.Add(A, new WillCame()));
        table.Next(Ready());
        Assert.Equal(Drop.None, table.Add(A, new WillCame()));
    }

    [Fact]
    public void Too_many_bytes_for_all_devices_are_refused()
    {
        Assert.Equal(Drop.None, Hello(A, 600));
        Assert.Equal(Drop.QueuesFull, Hello(B, 600));
        Assert.Equal(Drop.None, Hello(B, 400));
        var first = Ready();
        table.Next(first);
        Assert.Equal(Drop.None, table.Add(B, new Received(new byte[600])));
    }

    [Fact]
    public void The_least_recently_used_device_makes_room()
    {
        Settle(A);
        Settle(B);
        table.Add(A, new WillCame());
        var a = Ready();
        table.Next(a);
        table.Next(a);
        Assert.Equal(Drop.None, Hello(C));
        Assert.Equal(Drop.NoSession, table.Add(B, new WillCame()));
        Assert.Equal(Drop.None, table.Add(A, new WillCame()));
        Assert.Equal(2, table.Count);
    }

    [Fact]
    public void Devices_that_are_being_served_make_no_room()
    {
        Hello(A);
        Hello(B);
        Assert.Equal(Drop.TableFull, Hello(C));
    }

    [Fact]
    public async Task It_is_idle_when_every_turn_has_ended()
    {
        Assert.True(table.Idle().IsCompleted);
        Hello(A);
        Hello(B);
        var idle = table.Idle();
        foreach (var device in new[] { Ready(), Ready() })
        {
            Assert.False(idle.IsCompleted);
            while (table.Next(device) is not null)
            {
            }
        }

        await idle;
    }

    [Fact]
    public async Task A_closed_table_ends_turns_and_takes_no_work()
    {
        Hello(A);
        table.Add(A, new WillCame());
        var device = Ready();
        table.Next(device);
        table.Close();
        Assert.NotEqual(Drop.None, Hello(B));
        Assert.Null(table.Next(device));
        await table.Idle();
        Assert.True(table.Ready.Completion.IsCompleted);
    }

    private Drop Hello(NodeId node, int bytes = 22) => table.Add(node, new Received(new byte[bytes]), newcomer: true);

    private Device Ready() => table.Ready.TryRead(out var device) ? device : throw new InvalidOperationException("No device is ready.");

    /// <summary>Gives a device a session and ends its turn.</summary>
    private void Settle(NodeId node)
    {
        Hello(node);
        var device = Ready();
        table.Next(device);
        device.Sessions.Open(new(1, new([], 0, default, 0, 0, WakeCause.Timer, default, default, 0, []), [.. new byte[32]]));
        Assert.Null(table.Next(device));
    }
}
