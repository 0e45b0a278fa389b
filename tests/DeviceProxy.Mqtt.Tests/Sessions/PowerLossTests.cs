using Fog.DeviceProxy.Mqtt.Broker;
using Fog.Engine.Hosting;
using Fog.Engine.Storage;
using Fog.Engine.Tests.Storage.PowerLoss;
using Fog.Silo.Host;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Runtime;
using Xunit.Abstractions;

namespace Fog.DeviceProxy.Mqtt.Tests.Sessions;

/// <summary>The broker on the silo's own store, whose writes and syncs are traced; power fails at each boundary, and the clients go on, as they were then, with a broker on what is left.</summary>
public sealed class PowerLossTests(ITestOutputHelper output) : IDisposable
{
    private const int Seed = 20_261_128;

    private readonly string _folder = Directory.CreateDirectory(
        Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"fog-mqtt-power-{Guid.NewGuid():N}")).FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>What both clients knew from here on.</summary>
    private sealed record ClientsWere(ReliableClients Clients) : DiskEvent;

    [Fact]
    public async Task At_each_loss_of_power_nothing_acknowledged_is_lost_and_nothing_of_QoS_2_comes_twice()
    {
        var events = await Work(rounds: 60);
        var (images, failures) = Replay(events);
        output.WriteLine($"seed {Seed}: {events.Count} events, {events.OfType<Synced>().Count()} syncs, {images} losses of power");
        Assert.True(images > 300);
        Assert.True(failures.Count == 0, string.Join(Environment.NewLine, failures.Take(10)));
    }

    [Fact]
    public async Task A_disk_that_drops_syncs_is_found_out()
    {
        var events = await Work(rounds: 12);
        var (_, failures) = Replay([.. events.Where(static e => e is not Synced { File: "fog.db-wal" })]);
        Assert.NotEmpty(failures);
    }

    /// <summary>Two lives of the broker, with messages of both QoS on their way all the time.</summary>
    private async Task<IReadOnlyList<DiskEvent>> Work(int rounds)
    {
        var trace = new DiskTrace();
        var random = new Random(Seed);
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "traced")).FullName;
        var clients = new ReliableClients();
        using (TracingVfs.Trace(folder, trace))
        {
            for (var life = 0; life < 2; life++)
            {
                await OnStore(folder, async records =>
                {
                    trace.Add(new Marked(true));
                    var broker = new StoredExchange(store: new EngineSessionStore(() => records, NullLogger<EngineSessionStore>.Instance));
                    clients.Connect(broker.Now);
                    for (var round = 0; round < rounds; round++)
                        await Round(broker, clients, random, trace);
                    trace.Add(new Marked(false));
                });
            }
        }

        Assert.True(clients.Published > rounds);
        Directory.Delete(folder, recursive: true);
        return trace.Events;
    }

    private static async Task Round(StoredExchange broker, ReliableClients clients, Random random, DiskTrace trace)
    {
        Act();
        var commit = broker.CommitAsync();
        Act(); // while it is under way
        await commit;

        void Act()
        {
            clients.Answer();
            for (var n = random.Next(4); n > 0; n--)
                clients.Publish();
            trace.Add(new ClientsWere(clients.Copy()));
        }
    }

    private (int Images, List<string> Failures) Replay(IReadOnlyList<DiskEvent> events)
    {
        var disk = new LostPower(new Dictionary<string, byte[]>());
        var random = new Random(Seed);
        var clients = new ReliableClients();
        var images = 0;
        List<string> failures = [];
        for (var i = 0; i < events.Count; i++)
        {
            if (events[i] is Synced or FolderSynced or Marked)
            {
                Lose(disk.Dropped(), "dropped");
                if (disk.HasUnsynced)
                {
                    Lose(disk.Torn(random), "torn");
                    Lose(disk.Kept(), "kept");
                }
            }

            disk.Happens(events[i]);
            clients = (events[i] as ClientsWere)?.Clients ?? clients;

            void Lose(Dictionary<string, byte[]> image, string what)
            {
                images++;
                if (GoOn(image, disk.IsMarked, clients.Copy(), $"before event {i} ({events[i].GetType().Name}), unsynced {what}") is { } failure)
                    failures.Add(failure);
            }
        }

        return (images, failures);
    }

    /// <summary>Opens what is left with the silo's store, and lets the clients come to an end with it. Null: nothing is lost or doubled.</summary>
    private string? GoOn(Dictionary<string, byte[]> image, bool isMarked, ReliableClients clients, string when)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "image")).FullName;
        foreach (var (name, bytes) in image)
            File.WriteAllBytes(Path.Combine(folder, name), bytes);
        File.WriteAllText(Path.Combine(folder, "fog.db.lock"), isMarked ? "u" : "");
        try
        {
            StoredExchange site;
            using (var store = SqliteRecordStore.Open(Path.Combine(folder, "fog.db")))
                site = new StoredExchange(records: store.ReadAll(RecordKind.Host).Select(static r => new SessionRecord(r.Key.Grain, r.Key.Name, r.Value.Body)));
            clients.Connect(site.Now);
            site.Drain(clients);
            clients.Publish();
            site.Drain(clients);
            clients.Check(when);
            return null;
        }
        catch (Exception e) when (e is OrleansException or Xunit.Sdk.XunitException or UnreadableSessionException or ArgumentException)
        {
            return $"{when}: {e.Message}";
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task OnStore(string folder, Func<EngineRecords, Task> work)
    {
        await using var services = new ServiceCollection()
            .AddFogEngine(options => options.DataFile = Path.Combine(folder, "fog.db"))
            .BuildServiceProvider();
        foreach (var service in services.GetServices<IHostedService>())
            await service.StartAsync(CancellationToken.None);
        await work(services.GetRequiredService<EngineRecords>());
        foreach (var service in services.GetServices<IHostedService>())
            await service.StopAsync(CancellationToken.None);
    }
}
