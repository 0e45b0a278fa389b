using System.Net;
using System.Text;
using Fog.Client;
using Fog.DeviceProxy.Mqtt;
using Fog.DeviceProxy.Mqtt.Broker;
using Fog.DeviceProxy.Mqtt.Client;
using Fog.Firmware.Loader.Identity;
using Fog.Silo.Host.Tests.EndToEnd;
using Microsoft.Extensions.DependencyInjection;

namespace Fog.Silo.Host.Tests.Access;

/// <summary>Who may do what at a silo's broker.</summary>
public sealed class BrokerAccessTests : IAsyncLifetime
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly FogHost _silo = FogHost.Build(new FogHostOptions { Http = new(IPAddress.Loopback, 0), Mqtt = new(IPAddress.Loopback, 0) });
    private FogClient _fog = null!;

    public async Task InitializeAsync()
    {
        await _silo.StartAsync();
        _fog = await FogClient.ConnectAsync(_silo.Http);
    }

    public async Task DisposeAsync()
    {
        _fog.Dispose();
        await _silo.StopAsync();
        await _silo.DisposeAsync();
    }

    [Theory]
    [InlineData(MqttVersion.V311)]
    [InlineData(MqttVersion.V5)]
    public async Task Strangers_and_impostors_are_refused_by_name(MqttVersion version)
    {
        string right = Password(await _fog.EnrolAsync("esp-1"));
        await _fog.EnrolAsync("esp-2");
        foreach (var (clientId, user, password, will, code, reason) in (ValueTuple<string, string?, string?, string?, ConnectReturnCode, MqttReasonCode>[])
        [
            ("somebody", null, null, null, ConnectReturnCode.NotAuthorized, MqttReasonCode.NotAuthorized),
            ("proxy", "proxy", right, null, ConnectReturnCode.NotAuthorized, MqttReasonCode.NotAuthorized),
            ("elsewhere.esp-1", "elsewhere.esp-1", right, null, ConnectReturnCode.NotAuthorized, MqttReasonCode.NotAuthorized),
            ("home.esp-1", null, null, null, ConnectReturnCode.BadUserNameOrPassword, MqttReasonCode.BadUserNameOrPassword),
            ("home.esp-1", "home.esp-1", new string('0', 64), null, ConnectReturnCode.BadUserNameOrPassword, MqttReasonCode.BadUserNameOrPassword),
            ("home.esp-2", "home.esp-1", right, null, ConnectReturnCode.BadUserNameOrPassword, MqttReasonCode.BadUserNameOrPassword),
            ("home.esp-2", "home.esp-2", right, null, ConnectReturnCode.BadUserNameOrPassword, MqttReasonCode.BadUserNameOrPassword),
            ("home.nobody", "home.nobody", right, null, ConnectReturnCode.BadUserNameOrPassword, MqttReasonCode.BadUserNameOrPassword),
            ("home.esp-1", "home.esp-1", right, "fog/home/n/esp-2/will", ConnectReturnCode.NotAuthorized, MqttReasonCode.NotAuthorized),
        ])
        {
            var refused = await Assert.ThrowsAsync<MqttException>(() => Connect(version, clientId, user, password, will));
            Assert.Equal(MqttFailure.ConnectRefused, refused.Failure);
            Assert.True(version == MqttVersion.V5 ? refused.ReasonCode == reason : refused.ReturnCode == code, $"{clientId}: {refused.Message}");
        }

        await using var itself = await Connect(version, "home.esp-1", "home.esp-1", right, "fog/home/n/esp-1/will");
    }

    [Fact]
    public async Task A_device_has_its_own_topics_and_no_others()
    {
        string password = Password(await _fog.EnrolAsync("esp-1"));
        await using var device = await Connect(MqttVersion.V5, "home.esp-1", "home.esp-1", password);

        await device.SubscribeAsync("fog/home/n/esp-1/down", QualityOfService.AtLeastOnce);
        await device.PublishAsync(new MqttMessage("fog/home/n/esp-1/up", "x"u8.ToArray()));
        foreach (string filter in (string[])["#", "fog/#", "fog/home/n/esp-2/down", "fog/home/n/+/down", "fog/home/n/esp-1/up", "fog/home/c/c1/leader", "$share/x/fog/home/n/+/up"])
        {
            var refused = await Assert.ThrowsAsync<MqttException>(() => device.SubscribeAsync(filter, QualityOfService.AtLeastOnce));
            Assert.Equal(MqttFailure.SubscribeRefused, refused.Failure);
        }

        foreach (string topic in (string[])["x", "fog/home/n/esp-2/up", "fog/home/n/esp-2/will", "fog/home/n/esp-1/down", "fog/home/c/c1/leader", "fog/home/n/esp-1/up/x"])
        {
            var refused = await Assert.ThrowsAsync<MqttException>(() => device.PublishAsync(new MqttMessage(topic, "x"u8.ToArray())));
            Assert.Equal(MqttReasonCode.NotAuthorized, refused.ReasonCode);
        }
    }

    [Fact]
    public async Task Revoking_ends_the_open_connection_and_every_later_one_until_the_device_is_enrolled_anew()
    {
        string password = Password(await _fog.EnrolAsync("esp-1"));
        await using var device = await Connect(MqttVersion.V5, "home.esp-1", "home.esp-1", password);

        await _fog.RevokeAsync("esp-1");

        Assert.Equal(MqttReasonCode.AdministrativeAction, (await device.Closed.WaitAsync(s_patience)).Reason);
        await Assert.ThrowsAsync<MqttException>(() => Connect(MqttVersion.V5, "home.esp-1", "home.esp-1", password));
        Assert.True((await _fog.DevicesAsync()).Single().Revoked);
        Assert.Equal("UnknownDevice", (await Assert.ThrowsAsync<FogClientException>(() => _fog.RevokeAsync("esp-1"))).Code);

        string renewed = Password(await _fog.EnrolAsync("esp-1"));
        await Assert.ThrowsAsync<MqttException>(() => Connect(MqttVersion.V5, "home.esp-1", "home.esp-1", password));
        await using var again = await Connect(MqttVersion.V5, "home.esp-1", "home.esp-1", renewed);
        Assert.False((await _fog.DevicesAsync()).Single().Revoked);
    }

    [Fact]
    public async Task A_revoked_device_leaves_the_vote_and_the_others_go_on()
    {
        await _fog.DeployAsync("add", Modules.Add);
        await using var devices = await Devices.Join(_fog, _silo.Mqtt, 4);
        await _fog.RevokeAsync("esp-4");
        Assert.Equal(3, await _fog.InvokeAsync<double>("add", [1, 2], new CallOptions { Replicas = 3, Timeout = TimeSpan.FromSeconds(60) }));
    }

    [Fact]
    public async Task A_device_that_floods_the_broker_is_put_out()
    {
        string password = Password(await _fog.EnrolAsync("esp-1"));
        await using var device = await Connect(MqttVersion.V5, "home.esp-1", "home.esp-1", password);
        var message = new MqttMessage("fog/home/n/esp-1/up", new byte[8], QualityOfService.AtMostOnce);
        using var patience = new CancellationTokenSource(s_patience);
        await Assert.ThrowsAsync<MqttException>(async () =>
        {
            while (true)
            {
                patience.Token.ThrowIfCancellationRequested();
                await device.PublishAsync(message);
            }
        });

        Assert.Equal(MqttReasonCode.MessageRateTooHigh, (await device.Closed.WaitAsync(s_patience)).Reason);
        Assert.Equal(1, _silo.Services.GetRequiredService<MqttBroker>().Statistics.RateExceeded);
        var told = await Eventually.Comes("an event that tells of it", s_patience, async () =>
            (await _fog.EventsAsync()).FirstOrDefault(static e => e.Kind == FogEventKind.DeviceRateExceeded));
        Assert.Equal("esp-1", told.Device);
    }

    [Fact]
    public async Task A_device_that_connects_too_often_is_put_off()
    {
        string password = Password(await _fog.EnrolAsync("esp-1"));
        // All at once: one after another they might be slow enough to be let in.
        Assert.Contains(MqttReasonCode.ConnectionRateExceeded, await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Refusal())));

        async Task<MqttReasonCode> Refusal()
        {
            try
            {
                await using var device = await Connect(MqttVersion.V5, "home.esp-1", "home.esp-1", password);
                return MqttReasonCode.Success;
            }
            catch (MqttException e)
            {
                return e.ReasonCode;
            }
        }
    }

    private static string Password(Enrolment device) => BrokerSecret.Password(Convert.FromBase64String(device.Key), device.Site, device.Name);

    private Task<MqttClient> Connect(MqttVersion version, string clientId, string? user, string? password, string? will = null) => MqttClient.ConnectAsync(
        _silo.Mqtt.Address.ToString(),
        _silo.Mqtt.Port,
        new MqttConnectOptions
        {
            ClientId = clientId,
            Version = version,
            UserName = user,
            Password = password is null ? default(ReadOnlyMemory<byte>?) : Encoding.ASCII.GetBytes(password).AsMemory(),
            Will = will is null ? null : new MqttMessage(will, ReadOnlyMemory<byte>.Empty),
        },
        static _ => ValueTask.CompletedTask,
        TimeProvider.System,
        CancellationToken.None);
}
