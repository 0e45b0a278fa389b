using System.Collections.Concurrent;
using System.Net;
using Fog.Client;
using Fog.Firmware.Loader.Identity;
using Fog.Silo.Host.Keys;
using Fog.Silo.Host.Tests.EndToEnd;
using Microsoft.Extensions.Logging;

namespace Fog.Silo.Host.Tests.Access;

/// <summary>Whatever is logged, at whatever level, by whatever part: no secret is in it.</summary>
public sealed class SecretsInLogsTests
{
    [Fact]
    public async Task No_secret_is_logged_at_any_level_in_a_whole_run()
    {
        string folder = Directory.CreateTempSubdirectory("fog-logs-").FullName, keys = Path.Combine(folder, "master.keys");
        var lines = new Lines();
        var secrets = new List<string>();
        await using (var silo = FogHost.Build(
            new FogHostOptions { Http = new(IPAddress.Loopback, 0), Mqtt = new(IPAddress.Loopback, 0), Keys = keys },
            logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(lines)))
        {
            await silo.StartAsync();
            using var local = await FogClient.ConnectAsync(silo.Http);
            secrets.Add((await local.IssueTokenAsync("ci")).Token);
            using var fog = await FogClient.ConnectAsync(silo.Http, new FogClientOptions { Token = secrets[0] });
            await fog.DeployAsync("add", Modules.Add);
            await using (var devices = await Devices.Join(fog, silo.Mqtt, 3, (device, _) =>
            {
                byte[] key = device.Key.ToArray();
                secrets.AddRange([Convert.ToBase64String(key), Convert.ToHexString(key), BrokerSecret.Password(key, device.Site, device.Node)]);
                return device;
            }))
            {
                Assert.Equal(3, await fog.InvokeAsync<double>("add", [1, 2], new CallOptions { Replicas = 3, Timeout = TimeSpan.FromSeconds(60) }));
                await fog.RevokeAsync("esp-1");
            }

            await silo.StopAsync();
        }

        secrets.Add(OwnerTokens.Of(MasterKeyFile.Read(keys), "home"));
        secrets.AddRange((await File.ReadAllLinesAsync(keys)).Skip(1));
        Directory.Delete(folder, recursive: true);
        Assert.Equal(12, secrets.Count);
        Assert.Contains(lines.All, static line => line.StartsWith(nameof(LogLevel.Trace), StringComparison.Ordinal) || line.StartsWith(nameof(LogLevel.Debug), StringComparison.Ordinal));
        Assert.DoesNotContain(lines.All, line => secrets.Any(secret => line.Contains(secret, StringComparison.OrdinalIgnoreCase)));
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> All { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            All.Enqueue($"{logLevel} {formatter(state, exception)} {exception}");

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            All.Enqueue($"scope {state}");
            return null;
        }

        public void Dispose()
        {
        }
    }
}
