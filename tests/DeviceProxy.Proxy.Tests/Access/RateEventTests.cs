using Fog.DeviceProxy.Proxy.Tests.Fakes;

namespace Fog.DeviceProxy.Proxy.Tests.Access;

/// <summary>Who is told of, and how often, when a device exceeds its rates at the broker.</summary>
public class RateEventTests
{
    private static readonly TimeSpan s_every = new ProxyLimits().RateEventEvery;

    [Fact]
    public async Task However_often_a_device_does_it_is_told_once_an_interval()
    {
        await using var fog = new ProxyHarness();
        for (int n = 0; n < 1000; n++)
            fog.Access.RateExceeded("home.esp-7");
        fog.Clock.Advance(s_every - TimeSpan.FromTicks(1));
        fog.Access.RateExceeded("home.esp-7");
        await Told(fog, "esp-7");
        Assert.False(Node(fog, "esp-7").RatesExceeded.Reader.TryRead(out _));

        fog.Clock.Advance(TimeSpan.FromTicks(1));
        fog.Access.RateExceeded("home.esp-7");
        await Told(fog, "esp-7");
    }

    [Fact]
    public async Task Devices_do_not_share_a_bound_but_all_of_them_have_one()
    {
        await using var fog = new ProxyHarness(new() { DevicesMax = 2 });
        foreach (string name in (string[])["a", "b", "c"])
            fog.Access.RateExceeded($"home.{name}");
        await Told(fog, "a");
        await Told(fog, "b");

        fog.Clock.Advance(s_every);
        fog.Access.RateExceeded("home.c");
        await Told(fog, "c");
        Assert.False(Node(fog, "c").RatesExceeded.Reader.TryRead(out _));
    }

    [Fact]
    public async Task What_is_no_device_and_a_grain_that_fails_trouble_nobody()
    {
        await using var fog = new ProxyHarness();
        Node(fog, "esp-7").Fails = new TimeoutException();
        foreach (string identity in (string[])["proxy", "", "home.esp-7", "home.esp-8"])
            fog.Access.RateExceeded(identity);
        await Told(fog, "esp-8");
    }

    private static FakeNode Node(ProxyHarness fog, string name) => fog.Fog.Node($"home/{name}");

    private static async Task Told(ProxyHarness fog, string name)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        Assert.True(await Node(fog, name).RatesExceeded.Reader.ReadAsync(patience.Token));
    }
}
