using System.Security.Cryptography;
using System.Text;
using Fog.Grains.Interfaces.Nodes;
using Fog.Grains.Nodes;
using Fog.Grains.Tests.Site;

namespace Fog.Grains.Tests.Nodes;

/// <summary>Wakes of a device, as its node grain sees them.</summary>
public class SessionTests
{
    private static async Task<(TestSite Site, FakeDevice Device)> Enrolled()
    {
        var site = await TestSite.Start();
        var device = site.AddDevice("d0");
        await site.EnrolAll();
        return (site, device);
    }

    [Fact]
    public async Task An_enrolled_device_is_known_after_a_crash()
    {
        var (site, device) = await Enrolled();
        await using var _ = site;
        Assert.Equal(32, device.Key.Length);
        await site.Crash();
        Assert.NotNull((await device.Grain.Hello(device.HelloRequest())).Session);
        Assert.Equal(NodePresence.New, (await device.Grain.Describe()).Presence);
    }

    [Fact]
    public async Task A_device_cannot_fill_the_log_nor_write_lines_of_its_own_into_it()
    {
        var (site, device) = await Enrolled();
        await using var _ = site;
        await device.Hello();
        for (int i = 0; i < 1000; i++)
        {
            await device.Say(new LogUplink(3, "hot\r\nsilo: all is well \u001b[2J"));
        }

        Assert.Equal(GrainLimits.LogLinesMax, site.Log.Lines.Count);
        Assert.All(site.Log.Lines, line => Assert.Equal("Device lab/d0: hot  silo: all is well  [2J", line));
        await site.Advance(TimeSpan.FromMinutes(1));
        await device.Say(new LogUplink(3, "still hot"));
        Assert.Contains("Device lab/d0: still hot", site.Log.Lines);
    }

    [Fact]
    public async Task A_hello_under_another_key_is_refused()
    {
        var (site, device) = await Enrolled();
        await using var _ = site;
        var reply = await device.Grain.Hello(device.HelloRequest(key: new byte[32]));
        Assert.Equal((HelloRefusal.WrongTag, null), (reply.Refusal, reply.Session));
        await site.Settle();
        Assert.Equal(0, site.LiveNodes);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    [InlineData(17)]
    public async Task A_tag_of_another_length_is_wrong(int bytes)
    {
        var (site, device) = await Enrolled();
        await using var _ = site;
        var request = device.HelloRequest();
        var tag = HMACSHA256.HashData(device.Key.AsSpan(), request.Authenticated.AsSpan())[..bytes];
        Assert.Equal(HelloRefusal.WrongTag, (await device.Grain.Hello(request with { Tag = [.. tag] })).Refusal);
    }

    [Fact]
    public async Task A_device_that_was_never_enrolled_is_refused()
    {
        await using var site = await TestSite.Start();
        var device = site.AddDevice("stranger");
        var reply = await device.Grain.Hello(device.HelloRequest(key: new byte[32]));
        Assert.Equal(HelloRefusal.UnknownDevice, reply.Refusal);
        await site.Settle();
        Assert.Equal(0, site.LiveNodes);
        Assert.Equal(0, site.Store.Writes("node/lab/stranger"));
    }

    [Fact]
    public async Task The_session_key_is_derived_as_the_protocol_says()
    {
        var (site, device) = await Enrolled();
        await using var _ = site;
        var opened = (await device.Hello()).Session!;
        byte[] message = [1, 3, .. Encoding.ASCII.GetBytes("lab"), 2, .. Encoding.ASCII.GetBytes("d0"), .. device.Facts().DeviceNonce, .. opened.FogNonce];
        Assert.Equal(16, opened.FogNonce.Length);
        Assert.Equal(HMACSHA256.HashData(device.Key.AsSpan(), message), opened.Key.ToArray());
    }

    [Fact]
    public void The_session_key_of_a_known_example()
    {
        // Computed with Python's hmac: key 00…1f, site "lab", node "esp-1", device nonce 16 × a1, fog nonce 16 × b2.
        var key = SessionKey.Derive(
            [.. Enumerable.Range(0, 32).Select(i => (byte)i)],
            new("lab", "esp-1"),
            [.. Enumerable.Repeat((byte)0xA1, 16)],
            [.. Enumerable.Repeat((byte)0xB2, 16)]);
        Assert.Equal("d883d4ea5872420b8c7e70460020a5156f27e64c255ac523be4fca9d7cd9ae3b", Convert.ToHexStringLower(key.AsSpan()));
    }

    [Fact]
    public async Task A_hello_by_itself_changes_nothing()
    {
        var (site, device) = await Enrolled();
        await using var _ = site;
        await device.Hello();
        var view = await device.Grain.Describe();
        Assert.Equal((NodePresence.New, null), (view.Presence, view.LastSeen));
        await site.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(0, site.LiveNodes);
        Assert.Equal(1, site.Store.Writes("node/lab/d0")); // its enrolment
    }

    [Fact]
    public async Task The_first_message_under_its_key_confirms_a_session()
    {
        var (site, device) = await Enrolled();
        await using var _ = site;
        await device.Wake();
        var view = await device.Grain.Describe();
        Assert.Equal((NodePresence.Awake, site.Now, 0x010203u), (view.Presence, view.LastSeen, view.FirmwareVersion));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task A_hello_of_no_later_epoch_is_stale(long later)
    {
        var (site, device) = await Enrolled();
        await using var _ = site;
        await device.Wake();
        var reply = await device.Grain.Hello(device.HelloRequest(device.Session!.Epoch + later));
        Assert.Equal((HelloRefusal.StaleEpoch, device.Session.Epoch), (reply.Refusal, reply.LatestEpoch));
    }

    [Fact]
    public async Task A_message_of_an_older_session_is_ignored()
    {
        var (site, device) = await Enrolled();
        await using var _ = site;
        await device.Wake();
        var old = device.Session!;
        await device.Sleep();
        await site.Advance(TimeSpan.FromSeconds(9));
        await device.Wake();
        await device.Grain.Receive(old, new SleepUplink(TimeSpan.FromHours(5), 3000, StateIntervals.Zero));
        Assert.Equal(NodePresence.Awake, (await device.Grain.Describe()).Presence);
    }

    [Fact]
    public async Task A_replayed_hello_takes_nothing_from_the_session_that_is_confirmed()
    {
        await using var site = await TestSite.WithCluster(3);
        var device = site.Devices.MinBy(d => d.NextWake)!;
        await site.Advance(device.NextWake - site.Now);
        await device.Wake();
        var session = device.Session!;
        await device.Grain.Hello(device.HelloRequest(session.Epoch + 1)); // by whoever recorded it; nobody has its session key
        await site.Invoke("call");
        await device.Work();
        Assert.Single(device.TasksSeen);
        Assert.Equal(1, (await site.Call("call").Describe()).Tally.For);
    }

    [Fact]
    public async Task A_sleep_costs_one_write_and_ends_the_activation()
    {
        await using var site = await TestSite.WithCluster(3);
        var device = site.Devices.MinBy(d => d.NextWake)!;
        await site.Advance(device.NextWake - site.Now);
        int before = site.Store.Writes("node/lab/" + device.Name);
        await device.Cycle1();
        Assert.Equal(1, site.Store.Writes("node/lab/" + device.Name) - before);
        Assert.Equal(0, site.LiveNodes);
        var view = await device.Grain.Describe();
        Assert.Equal((NodePresence.Sleeping, device.NextWake), (view.Presence, view.NextWake));
    }

    [Fact]
    public async Task A_hello_that_was_sent_twice_opens_a_session_that_works_and_ends()
    {
        await using var site = await TestSite.WithCluster(3);
        var device = site.Devices.MinBy(d => d.NextWake)!;
        await site.Advance(device.NextWake - site.Now);
        await site.Invoke("call");
        await device.Hello();
        await device.Grain.Hello(device.HelloRequest(device.Session!.Epoch + 1));
        await device.Say(new KeepaliveUplink(1));
        await device.Work();
        Assert.Equal(1, (await site.Call("call").Describe()).Tally.For);
        await device.Sleep();
        Assert.Equal(0, site.LiveNodes);
    }

    [Fact]
    public async Task A_dropped_connection_ends_the_activation_and_purges_nobody()
    {
        await using var site = await TestSite.WithCluster(3);
        var device = site.Devices.MinBy(d => d.NextWake)!;
        await site.Advance(device.NextWake - site.Now);
        await device.Wake();
        await device.Grain.Dropped(device.Session!.Epoch - 1);
        await site.Settle();
        Assert.Equal(1, site.LiveNodes);
        await device.Grain.Dropped(device.Session.Epoch);
        await site.Settle();
        Assert.Equal(0, site.LiveNodes);
        Assert.Equal(3, (await site.Cluster().Describe()).Members.Length);
    }

    [Fact]
    public async Task A_device_that_falls_silent_is_given_up()
    {
        var (site, device) = await Enrolled();
        await using var _ = site;
        await device.Wake();
        await site.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(1, site.LiveNodes);
        await site.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(0, site.LiveNodes);
    }

    [Fact]
    public async Task A_long_run_with_keepalives_is_not_taken_for_a_silence()
    {
        await using var site = await TestSite.WithCluster(3);
        var device = site.Devices.MinBy(d => d.NextWake)!;
        await site.Advance(device.NextWake - site.Now);
        await device.Wake();
        for (int i = 0; i < 12; i++)
        {
            await site.Advance(TimeSpan.FromSeconds(10));
            await device.Say(new KeepaliveUplink(50_000));
            Assert.Equal(NodePresence.Awake, (await site.Cluster().Describe()).Members.Single(m => m.Node == device.Id).Presence);
        }
    }

    [Fact]
    public async Task A_node_activated_anew_in_mid_session_adopts_it_and_sends_what_waits()
    {
        await using var site = await TestSite.WithCluster(3);
        var device = site.Devices.MinBy(d => d.NextWake)!;
        await site.Advance(device.NextWake - site.Now);
        await device.Wake();
        await device.Grain.Dropped(device.Session!.Epoch); // a hint, and a wrong one
        await site.Invoke("call");
        await site.Settle();
        await device.Say(new KeepaliveUplink(50_000));
        await device.Work();
        Assert.Single(device.TasksSeen);
    }

    [Fact]
    public async Task Impossible_intervals_are_not_booked()
    {
        var (site, device) = await Enrolled();
        await using var _ = site;
        await device.Wake();
        await device.Say(new SleepUplink(TimeSpan.FromSeconds(5), 3000, StateIntervals.Zero with { Execute = TimeSpan.MaxValue }));
        Assert.Equal(TimeSpan.Zero, (await device.Grain.Describe()).Energy.Observed);
    }

    [Fact]
    public async Task The_ledger_adds_up_over_wakes()
    {
        var (site, device) = await Enrolled();
        await using var _ = site;
        for (int i = 0; i < 3; i++)
        {
            await device.Wake();
            await device.Say(new SleepUplink(TimeSpan.FromSeconds(9), 3000, StateIntervals.Zero with { Execute = TimeSpan.FromSeconds(1), Sleep = TimeSpan.FromSeconds(9) }));
            await site.Advance(TimeSpan.FromSeconds(9));
        }

        var energy = (await device.Grain.Describe()).Energy;
        Assert.Equal(TimeSpan.FromSeconds(30), energy.Observed);
        Assert.Equal(3 * 0.260 + 27 * 2.5e-6, energy.Coulombs, 9);
        Assert.Equal(energy.Joules, Assert.Single(energy.Days).Joules, 9);
    }

    [Fact]
    public async Task Periods_that_make_no_sense_are_taken_as_the_nearest_that_do()
    {
        await using var site = await TestSite.Start();
        var device = new FakeDevice(site, "odd") { Cycle = new(TimeSpan.Zero, 0) };
        site.Devices.Add(device);
        await site.EnrolAll();
        await device.Wake();
        Assert.Equal(new DutyCycle(TimeSpan.FromMilliseconds(100), 1), (await device.Grain.Describe()).DutyCycle);
    }
}
