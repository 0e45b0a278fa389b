using Xunit.Abstractions;

namespace Fog.DeviceProxy.Mqtt.Tests.Sessions;

/// <summary>The broker's process dies at random moments: between commits, with one under way, and with one that is durable and of which it was not told.</summary>
public class CrashTests(ITestOutputHelper output)
{
    [Fact]
    public void Nothing_acknowledged_is_lost_and_nothing_of_QoS_2_comes_twice()
    {
        var first = Random.Shared.Next();
        output.WriteLine($"seeds from {first}");
        for (var seed = first; seed != first + 300; seed++)
            Live(seed);
    }

    private static void Live(int seed)
    {
        var random = new Random(seed);
        var site = new StoredExchange(new MqttLimits { InflightMax = 1 + random.Next(6) });
        var clients = new ReliableClients();
        clients.Connect(site.Now);
        var isUnderWay = false;
        for (var step = 0; step < 200; step++)
        {
            switch (random.Next(12))
            {
                case < 4:
                    clients.Publish();
                    break;
                case < 7:
                    clients.Answer();
                    break;
                case < 10 when isUnderWay:
                    isUnderWay = false;
                    site.End(isDurable: random.Next(10) > 0);
                    site.Now.Exchange.Tick(site.Now.Now);
                    break;
                case < 10:
                    isUnderWay = site.Begin();
                    break;
                case 10 when random.Next(2) == 0:
                    clients.ConnectPublisher(site.Now);
                    break;
                case 10:
                    clients.DropSubscriber();
                    clients.ConnectSubscriber(site.Now);
                    break;
                default:
                    if (isUnderWay && random.Next(2) == 0)
                        site.Sync();
                    isUnderWay = false;
                    site.Crash();
                    clients.Connect(site.Now);
                    break;
            }
        }

        if (isUnderWay)
            site.End();
        site.Drain(clients);
        clients.Check($"seed {seed}");
    }
}
