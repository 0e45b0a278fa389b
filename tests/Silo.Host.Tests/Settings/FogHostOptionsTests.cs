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
    [InlineData("silo:roles", "grains,cook")]
    [InlineData("silo:dashboard", "everybody")]
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

        Assert.Contains("use --http, --mqtt, --data, --keys, --site, --tenant, --host, --mqtt:broker, --silo:roles, ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_flag_without_its_value_is_named() =>
        Assert.Equal("--data needs a value.", Assert.Throws<SiloStartException>(() => FogHostOptions.Load(["--data"])).Message);

    [Fact]
    public void A_silo_of_a_cluster_is_told_its_roles_and_where_the_others_find_it()
    {
        var options = FogHostOptions.Load(
            ["--silo:roles", "grains,gateway", "--silo:postgres=Host=db;Password=secret", "--silo:address", "10.0.0.7", "--silo:port", "11112", "--silo:gatewayport", "30001", "--silo:probe", "2.5", "--silo:name", "farm"]);

        Assert.Equal(SiloRoles.Grains | SiloRoles.Gateway, options.Roles);
        Assert.Equal(
            new ClusterSettings
            {
                Name = "farm",
                Address = IPAddress.Parse("10.0.0.7"),
                Port = 11112,
                GatewayPort = 30001,
                Postgres = "Host=db;Password=secret",
                Probe = TimeSpan.FromSeconds(2.5),
            },
            options.Cluster);
    }

    [Theory]
    [InlineData("silo:port", "0")]
    [InlineData("silo:gatewayport", "70000")]
    [InlineData("silo:address", "silo-1.local")]
    [InlineData("silo:probe", "0.01")]
    [InlineData("silo:name", "My Farm")]
    public void A_wrong_value_of_a_cluster_is_named_with_its_setting(string setting, string value)
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection([new(setting, value), new("silo:redis", "localhost")]).Build();

        var failure = Assert.Throws<SiloStartException>(() => FogHostOptions.From(settings));

        Assert.Contains($"'{value}' is no value for {setting}: use ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cluster_without_a_database_is_refused() => Assert.Equal(
        "silo:port is of a cluster, and a cluster needs a database: give silo:postgres or silo:redis, too.",
        Assert.Throws<SiloStartException>(() => FogHostOptions.Load(["--silo:port", "11112"])).Message);

    [Fact]
    public void A_cluster_with_two_databases_is_refused() => Assert.Contains(
        "not both",
        Assert.Throws<SiloStartException>(() => FogHostOptions.Load(["--silo:postgres", "Host=db", "--silo:redis", "db"])).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("localhost:1883")]
    [InlineData("http://user:secret@broker")]
    [InlineData("mqtt://user:secret@broker/topic")]
    public void A_wrong_broker_is_refused_without_its_password(string broker)
    {
        var failure = Assert.Throws<SiloStartException>(() => FogHostOptions.Load(["--mqtt:broker", broker]));

        Assert.Contains("mqtt:broker", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_text_of_the_options_has_no_password() => Assert.DoesNotContain(
        "secret",
        $"{FogHostOptions.Load(["--silo:postgres", "Password=secret", "--mqtt:broker", "mqtt://user:secret@broker"])}",
        StringComparison.Ordinal);
}
