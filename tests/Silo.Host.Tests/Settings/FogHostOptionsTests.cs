using System.Net;
using Microsoft.Extensions.Configuration;

namespace Fog.Silo.Host.Tests.Settings;

public sealed class FogHostOptionsTests
{
    [Fact]
    public void Flags_set_everything()
    {
        var options = FogHostOptions.Load(
            ["--http", "0.0.0.0:8080", "--mqtt=[::1]:0", "--data", "state", "--site", "farm", "--tenant", "acme", "--host", "pi-4"]);

        Assert.Equal(
            new FogHostOptions
            {
                Http = new(IPAddress.Any, 8080),
                Mqtt = new(IPAddress.IPv6Loopback, 0),
                Data = "state",
                Site = "farm",
                Tenant = "acme",
                Host = "pi-4",
            },
            options);
    }

    [Fact]
    public void Without_settings_it_listens_on_the_loopback_interface_only()
    {
        var options = FogHostOptions.Load([]);

        Assert.Equal(IPAddress.Loopback, options.Http.Address);
        Assert.Equal(IPAddress.Loopback, options.Mqtt.Address);
    }

    [Theory]
    [InlineData("http", "8080")]
    [InlineData("http", "localhost")]
    [InlineData("mqtt", "127.0.0.1:70000")]
    [InlineData("site", "My Farm")]
    [InlineData("tenant", "a/b")]
    [InlineData("host", "x123456789012345678901234567890123")]
    public void A_wrong_value_is_named_with_its_setting(string setting, string value)
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection([new(setting, value)]).Build();

        var failure = Assert.Throws<SiloStartException>(() => FogHostOptions.From(settings));

        Assert.Contains($"'{value}' is no value for {setting}: use ", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--colour", "red")]
    [InlineData("http", "127.0.0.1:1")]
    [InlineData("--colour=red")]
    public void An_unknown_flag_is_named_with_those_there_are(params string[] args)
    {
        var failure = Assert.Throws<SiloStartException>(() => FogHostOptions.Load(args));

        Assert.EndsWith("use --http, --mqtt, --data, --site, --tenant, --host.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_flag_without_its_value_is_named() =>
        Assert.Equal("--data needs a value.", Assert.Throws<SiloStartException>(() => FogHostOptions.Load(["--data"])).Message);
}
