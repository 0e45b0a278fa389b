using System.Net;
using System.Security.Cryptography;
using Fog.Client;
using Fog.Firmware.Virtual;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Rollouts;

namespace Fog.Silo.Host.Tests.EndToEnd;

/// <summary>Releases on virtual devices, over HTTP and TCP: what works is confirmed, what does not is rolled back by the device and stops the rollout.</summary>
public sealed class RolloutTests : IAsyncLifetime
{
    private const uint NewVersion = 0x020000;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly FogHost _silo = FogHost.Build(new FogHostOptions { Http = new(IPAddress.Loopback, 0), Mqtt = new(IPAddress.Loopback, 0) });
    private readonly RSA _key = RSA.Create(2048);
    private FogClient _fog = null!;

    public async Task InitializeAsync()
    {
        await _silo.StartAsync();
        _fog = await FogClient.ConnectAsync(_silo.Http);
    }

    public async Task DisposeAsync()
    {
        _fog.Dispose();
        _key.Dispose();
        await _silo.StopAsync();
        await _silo.DisposeAsync();
    }

    [Fact]
    public async Task A_release_that_works_is_confirmed_by_every_device()
    {
        await using var devices = await Join(3, FirmwareBehaviour.Works);

        var rollout = await RollOut(new RolloutOptions { StagesPermille = [400, 1000] });

        Assert.Equal(("completed", 3, 0), (rollout.Phase, rollout.Confirmed, rollout.Failed));
        Assert.True(rollout.SentBytes > 3 * Image.Length, $"{rollout.SentBytes} bytes were sent");
        Assert.Equal(devices.Names.Order(), Confirmed(devices).Order());
    }

    [Theory]
    [InlineData(FirmwareBehaviour.CrashesAtBoot)]
    [InlineData(FirmwareBehaviour.NeverConnects)]
    public async Task A_release_that_does_not_come_up_is_rolled_back_and_pauses_the_rollout_at_its_first_stage(FirmwareBehaviour behaviour)
    {
        await using var devices = await Join(3, behaviour);

        var rollout = await RollOut(new RolloutOptions { StagesPermille = [300, 1000], PauseOn = 1 });

        Assert.Equal(("paused", "failures", 1, 1, 0), (rollout.Phase, rollout.Halt, rollout.Stage, rollout.Reached, rollout.Confirmed));
        var failure = Assert.Single(rollout.Failures);
        Assert.Equal("notConfirmed", failure.Fault);
        var started = devices.Observations.OfType<DeviceStartedFirmware>().Where(o => o.Node == failure.Device).ToArray();
        Assert.Equal([true, false], started.SkipWhile(o => o.Version != NewVersion).Take(2).Select(o => o.OnProbation));
        Assert.NotEqual(NewVersion, started[^1].Version);
        Assert.DoesNotContain(devices.Observations.OfType<DeviceStartedFirmware>(), o => o.Node != failure.Device && o.Version == NewVersion);
        Assert.Equal("aborted", (await _fog.RolloutAsync(RolloutStep.Abort)).Phase);
    }

    [Fact]
    public async Task What_is_no_release_or_no_rollout_is_refused_by_name()
    {
        byte[] file = Release();
        Assert.Equal("InvalidRelease", await Refusal(_fog.AddReleaseAsync((byte[])[.. file[..^1], (byte)(file[^1] ^ 1)])));
        Assert.Equal("InvalidRelease", await Refusal(_fog.AddReleaseAsync("FOGR"u8.ToArray())));
        Assert.Empty(await _fog.ReleasesAsync());
        await _fog.AddReleaseAsync(file);

        Assert.Equal("UnknownRollout", await Refusal(_fog.RolloutAsync()));
        Assert.Equal("UnknownRollout", await Refusal(_fog.RolloutAsync(RolloutStep.Pause)));
        Assert.Equal("UnknownRelease", await Refusal(_fog.StartRolloutAsync("ideal-9.9.9")));
        Assert.Equal("InvalidRequest", await Refusal(_fog.StartRolloutAsync("ideal-2.0.0", new RolloutOptions { StagesPermille = [500, 400] })));
        Assert.Equal("NoCapacity", await Refusal(_fog.StartRolloutAsync("ideal-2.0.0")));

        using var http = new HttpClient { BaseAddress = _silo.Http, DefaultRequestHeaders = { ExpectContinue = true } };
        using var text = await http.PutAsync("v1/releases", new StringContent("FOGR"));
        using var json = await http.PostAsync("v1/rollout", new StringContent("""{"release":""", null, "application/json"));
        using var large = await http.PutAsync("v1/releases", new ByteArrayContent(new byte[64 * 1024]) { Headers = { ContentType = new("application/vnd.fog.release") } });
        Assert.Equal([415, 400, 413], new[] { text, json, large }.Select(r => (int)r.StatusCode));
    }

    [Fact]
    public async Task Devices_that_do_not_know_the_key_take_nothing()
    {
        await using var devices = await Devices.Join(_fog, _silo.Mqtt, 1);

        var rollout = await RollOut(new RolloutOptions { StagesPermille = [1000], PauseOn = 1 });

        Assert.Equal("paused", rollout.Phase);
        Assert.Equal("unknownKey", Assert.Single(rollout.Failures).Fault);
        Assert.DoesNotContain(devices.Observations.OfType<DeviceStartedFirmware>(), o => o.Version == NewVersion);
    }

    private static async Task<string> Refusal(Task request) => (await Assert.ThrowsAsync<FogClientException>(() => request)).Code;

    private static ReadOnlySpan<byte> Image => "an agent of another version"u8;

    private static IEnumerable<string> Confirmed(Devices devices) =>
        devices.Observations.OfType<DeviceStartedFirmware>().Where(o => o is { Version: NewVersion, OnProbation: false }).Select(o => o.Node);

    private Task<Devices> Join(int count, FirmwareBehaviour behaviour) => Devices.Join(_fog, _silo.Mqtt, count, (device, _) => device with
    {
        ReleaseKeys = [_key.ExportParameters(includePrivateParameters: false).Modulus!],
        Behaviour = image => image.Span.SequenceEqual(Image) ? behaviour : FirmwareBehaviour.Works,
    });

    private async Task<RolloutInfo> RollOut(RolloutOptions options)
    {
        var release = await _fog.AddReleaseAsync(Release());
        Assert.Equal("running", (await _fog.StartRolloutAsync(release.Name, options)).Phase);
        return await Eventually.Comes("the end of the rollout, or its pause", s_patience, async () =>
            await _fog.RolloutAsync() is { Phase: not "running" } ended ? ended : null);
    }

    private byte[] Release()
    {
        var keyId = SHA256.HashData(_key.ExportParameters(includePrivateParameters: false).Modulus!).AsSpan(0, ReleaseManifest.KeyIdBytes);
        var manifest = new ReleaseManifest("ideal", NewVersion, 0, Image.Length, Digest.Of(Image), [.. keyId]);
        return [.. manifest.With(_key.SignData(manifest.Signed().AsSpan(), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)), .. Image];
    }
}
