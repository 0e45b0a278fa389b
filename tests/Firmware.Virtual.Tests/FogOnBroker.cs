using System.Collections.Concurrent;
using System.Net;
using Fog.DeviceProxy.Mqtt;
using Fog.DeviceProxy.Mqtt.Broker;
using Fog.Firmware.Logic.Tests;
using Fog.Firmware.Virtual.Boards;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Fog.Firmware.Virtual.Tests;

/// <summary>A scripted fog for many devices behind a real broker on a free loopback port.</summary>
internal sealed class FogOnBroker : IAsyncDisposable
{
    public const string Site = "lab";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly WebApplication server;
    private readonly MqttBroker broker;
    private readonly ConcurrentDictionary<string, ScriptedFog> fogs = new();
    private readonly List<(Func<bool> Holds, TaskCompletionSource Reached)> waiting = [];
    private readonly Lock gate = new();
    private IMqttConnection? link;
    private Exception? failure;

    private FogOnBroker(WebApplication server, MqttBroker broker, int port) => (this.server, this.broker, Port) = (server, broker, port);

    public int Port { get; }

    /// <summary>Nodes whose last will was published.</summary>
    public ConcurrentQueue<string> Wills { get; } = [];

    /// <summary>What the devices' observer saw.</summary>
    public ConcurrentQueue<DeviceObservation> Observations { get; } = [];

    public static byte[] KeyOf(string node) => System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(node));

    public static async Task<FogOnBroker> StartAsync()
    {
        var broker = new MqttBroker(TimeProvider.System);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(broker);
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseConnectionHandler<MqttConnectionHandler>()));
        var server = builder.Build();
        await server.StartAsync();
        var address = server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        var fog = new FogOnBroker(server, broker, new Uri(address).Port);
        fog.link = broker.ConnectLocal("fog", fog.ReceiveAsync);
        await fog.link.SubscribeAsync($"fog/{Site}/n/+/up", QualityOfService.AtLeastOnce);
        await fog.link.SubscribeAsync($"fog/{Site}/n/+/will", QualityOfService.AtLeastOnce);
        return fog;
    }

    public ScriptedFog this[string node] => fogs.GetOrAdd(node, n => new ScriptedFog(Site, n, KeyOf(n))
    {
        Send = (topic, message) => _ = link!.PublishAsync(new MqttMessage(topic, message)),
        SiteTimeMillis = () => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(),
        Welcome = new WelcomeFields { SleepMillis = 200 },
    });

    public VirtualDeviceOptions Device(string node) => new()
    {
        Site = Site,
        Node = node,
        Key = KeyOf(node),
        Broker = Brokers.Tcp("127.0.0.1", Port),
        Seed = 1,
        Board = Board.Ideal,
        Period = TimeSpan.FromMilliseconds(250),
        DutyPermille = 200,
    };

    /// <summary>Runs devices until what is awaited has come about.</summary>
    public async Task RunAsync(IEnumerable<VirtualDevice> devices, string what, Func<bool> holds)
    {
        using var stop = new CancellationTokenSource();
        var lives = Task.WhenAll(devices.Select(d => d.RunAsync(stop.Token)));
        await Until(what, holds);
        await stop.CancelAsync();
        await lives;
    }

    public Task RunAsync(VirtualDeviceOptions options, string what, Func<bool> holds) => RunAsync([Make(options)], what, holds);

    public VirtualDevice Make(VirtualDeviceOptions options) => new(options, TimeProvider.System, Observe);

    public VirtualDevice Make(VirtualDeviceOptions options, ScriptedExecutor executor) => new(options, TimeProvider.System, Observe, executor);

    /// <summary>Waits until the condition holds; it is looked at after every message and observation.</summary>
    public async Task Until(string what, Func<bool> holds)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
            waiting.Add((holds, reached));
        Look();
        try
        {
            await reached.Task.WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"It never came about that {what}. {failure}");
        }

        Assert.Null(failure);
    }

    public async ValueTask DisposeAsync()
    {
        await broker.DisposeAsync();
        await server.DisposeAsync();
    }

    private void Observe(DeviceObservation observation)
    {
        Observations.Enqueue(observation);
        Look();
    }

    private ValueTask ReceiveAsync(MqttMessage message)
    {
        lock (gate)
        {
            var node = message.Topic.Split('/')[3];
            try
            {
                if (message.Topic.EndsWith("/will", StringComparison.Ordinal))
                    Wills.Enqueue(node);
                else
                    this[node].Receive(message.Topic, message.Payload.ToArray());
            }
            catch (Exception e) when (e is Xunit.Sdk.XunitException or InvalidDataException)
            {
                failure ??= e;
            }
        }

        Look();
        return ValueTask.CompletedTask;
    }

    private void Look()
    {
        lock (gate)
        {
            foreach (var (holds, reached) in waiting)
            {
                if (holds())
                    reached.TrySetResult();
            }

            waiting.RemoveAll(w => w.Reached.Task.IsCompleted);
        }
    }
}
