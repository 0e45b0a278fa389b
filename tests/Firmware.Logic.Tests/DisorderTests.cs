using Fog.Firmware.Logic;
using Fog.Firmware.Logic.Protocol;

namespace Fog.Firmware.Logic.Tests;

/// <summary>Whatever comes in whatever order, a device neither fails nor stays awake nor loses an account of its time.</summary>
public class DisorderTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_thousand_disorderly_events_leave_it_in_order(int seed)
    {
        var random = new Random(seed);
        var bench = new Bench(c => c.BlobBudgetBytes = 12_000);
        bench.Fog.MessagesMayBeLost = true;
        bench.Fog.Welcome = new WelcomeFields { Cluster = "c-1", Term = 3, Leader = true, SleepMillis = 500 };
        byte[][] images = [.. Enumerable.Range(0, 6).Select(i => Enumerable.Repeat((byte)i, 500 * (i + 1)).ToArray())];
        for (var i = 0; i < images.Length; i++)
            bench.Executor.Set(images[i], new() { Fuel = 200_000 * i, Result = i == 3 ? new byte[5000] : null });
        bench.Arrives = (_, _) => random.Next(10) != 0;
        bench.Wake(WakeCause.PowerOn);
        var tasks = 0;
        for (var step = 0; step < 1000; step++)
        {
            if (bench.IsAsleep)
            {
                bench.BrokerAnswers = random.Next(5) != 0;
                bench.SessionPresent = random.Next(3) != 0;
                if (random.Next(15) == 0)
                    bench.Rtc = null;
                bench.WakeAgain();
            }

            Disturb(bench, random, images, ref tasks);
            if (!bench.IsAsleep)
                bench.Settle();
        }

        bench.Arrives = (_, _) => true;
        bench.BrokerAnswers = true;
        bench.BrokerAcknowledges = true;
        for (var wakes = 0; wakes < 20 && (wakes < 2 || bench.Fog.Mail.Count > 0); wakes++)
        {
            if (bench.IsAsleep)
                bench.WakeAgain();
            bench.UntilAsleep();
        }

        Assert.Empty(bench.Fog.Mail);
        var before = bench.NowMicros;
        bench.WakeAgain().UntilAsleep();
        Assert.Equal(bench.NowMicros - before, bench.Fog.Received.OfType<SleepMessage>().Last().StateMicros.Sum());
    }

    private static void Disturb(Bench bench, Random random, byte[][] images, ref int tasks)
    {
        byte[] Noise(int count)
        {
            var bytes = new byte[count];
            random.NextBytes(bytes);
            return bytes;
        }

        var hasSession = bench.Fog.NextSequence > 0;
        switch (random.Next(14))
        {
            case 0 or 1:
                bench.Fog.Add(new TaskFields { Id = TaskFields.IdOf(++tasks), Image = images[random.Next(6)], Arguments = new byte[random.Next(3000)] });
                break;
            case 2 when hasSession:
                bench.Fog.SendTask(new TaskFields { Id = TaskFields.IdOf(random.Next(tasks + 1)), Image = images[random.Next(6)] });
                break;
            case 3 when hasSession:
                bench.Fog.SendStop(TaskFields.IdOf(random.Next(tasks + 1)));
                break;
            case 4 when hasSession:
                bench.Fog.SendAccepted(TaskFields.IdOf(random.Next(tasks + 1)), random.Next(2) == 0);
                break;
            case 5 when hasSession && bench.Fog.Results.Any():
                bench.Fog.SendNeed(bench.Fog.Results.Last().Digest, (uint)(1024 * random.Next(6)), random.Next(1, 9));
                break;
            case 6 when hasSession:
                bench.Fog.SendSealed((byte)random.Next(0x80, 0x88), Noise(random.Next(80)));
                break;
            case 7:
                bench.Deliver(bench.Fog.DownTopic, Noise(random.Next(200)));
                break;
            case 8 when !bench.IsAsleep:
                bench.Raise(DeviceEvent.Disconnected());
                break;
            case 9 when !bench.IsAsleep:
                bench.Raise(DeviceEvent.Timer());
                break;
            case 10 when !bench.IsAsleep:
                bench.Raise(DeviceEvent.Published(random.Next(20)));
                break;
            case 11:
                bench.BrokerAcknowledges = random.Next(3) != 0;
                break;
            case 12 when !bench.IsAsleep && random.Next(4) == 0:
                bench.Crash();
                break;
            default:
                bench.Pass(TimeSpan.FromMilliseconds(random.Next(3000)));
                break;
        }
    }
}
