using System.Net;
using System.Text;
using Fog.Client;
using Fog.Grains.Interfaces.Identity;
using Fog.Silo.Host.Keys;
using Fog.Silo.Host.Tests.EndToEnd;
using Microsoft.Extensions.DependencyInjection;
using Orleans;

namespace Fog.Silo.Host.Tests.Keys;

/// <summary>A silo's state says nothing without its master keys.</summary>
[Trait("Engine", "Embedded")]
public sealed class SealedStateTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fog-sealed-").FullName;

    private string Data => Path.Combine(_folder, "data");

    private string Keys => Data + ".keys";

    private FogHostOptions Options => new() { Http = new(IPAddress.Loopback, 0), Mqtt = new(IPAddress.Loopback, 0), Data = Data };

    [Fact]
    public async Task Neither_the_folder_nor_a_backup_has_a_device_key_or_a_master_key()
    {
        var backup = new MemoryStream();
        byte[] key = await Enrol(backup);
        byte[] master = Convert.FromHexString((await File.ReadAllLinesAsync(Keys))[1]);
        foreach (var content in Directory.GetFiles(Data).Select(File.ReadAllBytes).Append(backup.ToArray()))
        {
            foreach (byte[] secret in (byte[][])[key, master])
            {
                Assert.Equal(-1, content.AsSpan().IndexOf(secret));
                Assert.Equal(-1, content.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Convert.ToBase64String(secret))));
                Assert.Equal(-1, content.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(secret))));
            }
        }
    }

    [Fact]
    public async Task Without_its_master_keys_it_does_not_start_and_makes_no_new_ones()
    {
        await Enrol();
        File.Move(Keys, Keys + ".away");
        await using (var lost = FogHost.Build(Options))
        {
            Assert.Contains("put back the key file", (await Assert.ThrowsAsync<SiloStartException>(() => lost.StartAsync())).Message, StringComparison.Ordinal);
        }

        Assert.False(File.Exists(Keys));
        File.Move(Keys + ".away", Keys);
        await using var found = FogHost.Build(Options);
        await found.StartAsync();
    }

    [Fact]
    public async Task After_a_rotation_everything_is_sealed_anew_and_the_old_key_can_go()
    {
        await Enrol();
        string old = MasterKeyFile.Read(Keys).Current.Id;
        string current = MasterKeyFile.Rotate(Keys).Current.Id;
        await using (var rotated = FogHost.Build(Options))
        {
            await rotated.StartAsync();
            var identities = rotated.Services.GetRequiredService<IGrainFactory>().GetGrain<IIdentityGrain>("home");
            await Eventually.Comes("the end of resealing", TimeSpan.FromSeconds(30), async () =>
                (await identities.UseKeys([current])).Missing.IsEmpty ? "done" : null);
        }

        MasterKeyFile.Drop(Keys, old);
        await using var silo = FogHost.Build(Options);
        await silo.StartAsync();
        using var fog = await FogClient.ConnectAsync(silo.Http);
        await using var devices = await Devices.Join(fog, silo.Mqtt, 3);
        Assert.Contains("esp-1", devices.Names);
    }

    [Fact]
    public async Task Master_keys_in_the_data_folder_are_refused()
    {
        await using var silo = FogHost.Build(Options with { Keys = Path.Combine(Data, "master.keys") });
        Assert.Contains("lie in the data folder", (await Assert.ThrowsAsync<SiloStartException>(() => silo.StartAsync())).Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<byte[]> Enrol(Stream? backup = null)
    {
        await using var silo = FogHost.Build(Options);
        await silo.StartAsync();
        using var fog = await FogClient.ConnectAsync(silo.Http);
        byte[] key = Convert.FromBase64String((await fog.EnrolAsync("esp-1")).Key);
        if (backup is not null)
        {
            await fog.BackupAsync(backup);
        }

        return key;
    }
}
