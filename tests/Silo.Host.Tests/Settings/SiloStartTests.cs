using System.Net;

namespace Fog.Silo.Host.Tests.Settings;

public sealed class SiloStartTests : IDisposable
{
    private static readonly FogHostOptions s_anywhere = new() { Http = new(IPAddress.Loopback, 0), Mqtt = new(IPAddress.Loopback, 0) };

    private readonly string _folder = Directory.CreateTempSubdirectory("fog-silo-").FullName;

    private string Data => Path.Combine(_folder, "data");

    [Fact]
    public async Task Free_ports_are_found_and_told()
    {
        await using var silo = FogHost.Build(s_anywhere);
        await silo.StartAsync();

        Assert.NotEqual(0, silo.Http.Port);
        Assert.NotEqual(0, silo.Mqtt.Port);
        Assert.NotEqual(silo.Http.Port, silo.Mqtt.Port);
    }

    [Fact]
    public async Task A_port_in_use_is_one_sentence()
    {
        await using var first = FogHost.Build(s_anywhere);
        await first.StartAsync();
        await using var second = FogHost.Build(s_anywhere with { Http = new(IPAddress.Loopback, first.Http.Port) });

        var failure = await Assert.ThrowsAsync<SiloStartException>(() => second.StartAsync());

        Assert.Contains("stop what uses the ports, or choose others with --http and --mqtt.", failure.Message, StringComparison.Ordinal);
    }

    [Fact, Trait("Engine", "Embedded")]
    public async Task Two_silos_never_share_a_data_folder()
    {
        await using (var first = FogHost.Build(s_anywhere with { Data = Data }))
        {
            await first.StartAsync();
            await using var second = FogHost.Build(s_anywhere with { Data = Data });

            var failure = await Assert.ThrowsAsync<SiloStartException>(() => second.StartAsync());

            Assert.Contains("Stop the other silo that uses it, or choose another data folder.", failure.Message, StringComparison.Ordinal);
        }

        await using var third = FogHost.Build(s_anywhere with { Data = Data });
        await third.StartAsync();
    }

    [Fact, Trait("Engine", "Embedded")]
    public async Task A_data_folder_that_cannot_be_made_is_named()
    {
        string file = Path.Combine(_folder, "file");
        await File.WriteAllTextAsync(file, "");
        await using var silo = FogHost.Build(s_anywhere with { Data = Path.Combine(file, "below") });

        Assert.Contains(file, (await Assert.ThrowsAsync<SiloStartException>(() => silo.StartAsync())).Message, StringComparison.Ordinal);
    }

    [Fact, Trait("Engine", "Embedded")]
    public async Task A_damaged_store_is_named_and_left_as_it_is()
    {
        Directory.CreateDirectory(Data);
        string file = Path.Combine(Data, "fog.db");
        await File.WriteAllTextAsync(file, "This is no database.");
        await using var silo = FogHost.Build(s_anywhere with { Data = Data });

        Assert.Contains($"{file} is damaged", (await Assert.ThrowsAsync<SiloStartException>(() => silo.StartAsync())).Message, StringComparison.Ordinal);
        Assert.Equal("This is no database.", await File.ReadAllTextAsync(file));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
