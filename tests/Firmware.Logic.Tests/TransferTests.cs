using System.Security.Cryptography;
using Fog.Firmware.Logic;

namespace Fog.Firmware.Logic.Tests;

/// <summary>Images and arguments on their way to the device.</summary>
public class TransferTests
{
    private static readonly byte[] Image = Bytes(20_000, 1);

    private static byte[] Bytes(int count, int seed)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static TaskFields Task(int number, byte[]? image = null) => new() { Id = TaskFields.IdOf(number), Image = image ?? Image };

    [Fact]
    public void An_image_comes_in_windows_of_eight_chunks_and_is_whole()
    {
        var bench = new Bench();
        bench.Fog.Add(Task(1) with { Arguments = Bytes(5000, 2) });

        bench.Wake().UntilAsleep();

        var needs = bench.Fog.Received.OfType<NeedMessage>().ToList();
        Assert.Equal([(0u, 8), (8192u, 8), (16384u, 4), (0u, 5)], needs.Select(n => (n.Offset, n.Count)));
        Assert.Equal(Image, bench.Executor.Starts.Single().Image);
        Assert.Equal(Bytes(5000, 2), bench.Executor.Starts.Single().Arguments);
    }

    [Fact]
    public void A_cached_image_is_named_in_hello_and_not_fetched_again()
    {
        var bench = new Bench();
        bench.Fog.Add(Task(1));
        bench.Wake().UntilAsleep();
        var needs = bench.Fog.Received.OfType<NeedMessage>().Count();

        bench.Fog.Add(Task(2));
        bench.WakeAgain().UntilAsleep();

        Assert.Equal(needs, bench.Fog.Received.OfType<NeedMessage>().Count());
        Assert.Equal([Convert.ToHexString(SHA256.HashData(Image))], bench.Fog.Received.OfType<HelloMessage>().Last().CachedImages);
        Assert.Equal(2, bench.Fog.Results.Count());
        Assert.Equal(0, bench.Fog.Results.Last().TransferMicros);
    }

    [Fact]
    public void Lost_doubled_and_reordered_chunks_do_no_harm()
    {
        for (var seed = 0; seed < 30; seed++)
        {
            var random = new Random(seed);
            var bench = new Bench();
            var held = new List<byte[]>();
            bench.Fog.AnswersNeeds = false;
            bench.Fog.Observer = m =>
            {
                if (m is not NeedMessage need)
                    return;
                var send = bench.Fog.Send;
                held.Clear();
                bench.Fog.Send = (_, message) => held.Add(message);
                bench.Fog.ServeNeed(need);
                bench.Fog.Send = send;
                foreach (var message in held.Concat(held.Where(_ => random.Next(4) == 0)).OrderBy(_ => random.Next()).Where(_ => random.Next(4) != 0))
                    bench.Deliver(bench.Fog.DownTopic, message);
            };
            bench.Fog.Welcome = new WelcomeFields { AwakeLimitMillis = 60_000 };
            bench.Fog.Add(Task(1) with { Image = Bytes(9_000, seed) });

            for (bench.Wake().UntilAsleep(); !bench.Fog.Results.Any(); bench.WakeAgain().UntilAsleep())
                Assert.True(bench.NowMicros < 3_600_000_000, "it never got through");
            Assert.Equal(Bytes(9_000, seed), bench.Executor.Starts.Single().Image);
        }
    }

    [Fact]
    public void A_transfer_goes_on_after_sleep_where_it_was()
    {
        var bench = new Bench();
        bench.Fog.Add(Task(1));
        var chunks = 0;
        bench.Arrives = (_, message) => message[1] != 0x85 || chunks++ < 5;
        var woke = bench.NowMicros;
        bench.Wake().UntilAsleep();
        Assert.Equal(9_000_000, bench.NowMicros - woke);

        bench.Arrives = (_, _) => true;
        bench.Fog.Received.Clear();
        bench.WakeAgain().UntilAsleep();

        Assert.Equal(5120u, bench.Fog.Received.OfType<NeedMessage>().First().Offset);
        Assert.Equal(Image, bench.Executor.Starts.Single().Image);
        Assert.True(bench.Fog.Results.Single().TransferMicros >= 9_000_000);
    }

    [Fact]
    public void A_transfer_goes_on_after_a_crash_too()
    {
        var bench = new Bench();
        bench.Fog.Add(Task(1));
        var chunks = 0;
        bench.Arrives = (_, message) => message[1] != 0x85 || chunks++ < 5;
        bench.Wake();
        bench.Crash();

        bench.Arrives = (_, _) => true;
        bench.Fog.Received.Clear();
        bench.Wake().UntilAsleep();

        Assert.Equal(5120u, bench.Fog.Received.OfType<NeedMessage>().First().Offset);
        Assert.Single(bench.Fog.Results);
    }

    [Fact]
    public void Bytes_with_another_digest_are_thrown_away_and_in_the_end_the_task_fails()
    {
        var bench = new Bench();
        bench.Fog.AnswersNeeds = false;
        bench.Fog.Observer = m =>
        {
            if (m is NeedMessage need)
                bench.Fog.SendChunk(need.Digest, 700, need.Offset, new byte[700]);
        };
        bench.Fog.Add(Task(1, Bytes(700, 9)));

        bench.Wake().UntilAsleep();

        Assert.Equal(3, bench.Fog.Received.OfType<NeedMessage>().Count());
        Assert.Equal((1, 5), (bench.Fog.Results.Single().Status, bench.Fog.Results.Single().Reason));
        Assert.Equal(0, bench.Executor.Started);
        Assert.Empty(bench.Flash.Work);
    }

    [Fact]
    public void A_blob_that_the_fog_does_not_know_fails_its_tasks()
    {
        var bench = new Bench();
        bench.Fog.Mail.Add(Task(1));
        bench.Fog.Mail.Add(Task(2));
        bench.Wake().UntilAsleep();
        Assert.Equal([5, 5], bench.Fog.Results.Select(r => r.Reason));
    }

    [Fact]
    public void The_least_recently_used_blob_gives_way()
    {
        var bench = new Bench(c => c.BlobBudgetBytes = 50_000);
        byte[] a = Bytes(20_000, 1), b = Bytes(20_001, 2), c = Bytes(20_002, 3);
        void Run(int number, byte[] image)
        {
            bench.Fog.Add(Task(number, image));
            if (bench.IsAsleep)
                bench.WakeAgain().UntilAsleep();
            else
                bench.Wake().UntilAsleep();
        }

        Run(1, a);
        Run(2, b);
        Run(3, a);
        Run(4, c);
        bench.WakeAgain();

        Assert.Equal(
            new[] { c, a }.Select(i => Convert.ToHexString(SHA256.HashData(i))),
            bench.Fog.Received.OfType<HelloMessage>().Last().CachedImages);
        Assert.Equal(4, bench.Fog.Results.Count());
    }

    [Fact]
    public void No_more_than_sixteen_images_are_kept()
    {
        var bench = new Bench();
        for (var i = 0; i < 18; i++)
            bench.Fog.Add(Task(i, [(byte)i, 1]));
        bench.Wake().UntilAsleep().WakeAgain();
        Assert.Equal(18, bench.Fog.Results.Count());
        Assert.Equal(16, bench.Fog.Received.OfType<HelloMessage>().Last().CachedImages.Length);
    }

    [Fact]
    public void Image_and_arguments_that_cannot_be_held_together_are_too_large()
    {
        var bench = new Bench(c => c.BlobBudgetBytes = 24_000);
        bench.Fog.Add(Task(1) with { Arguments = Bytes(5000, 2) });
        bench.Wake().UntilAsleep();
        Assert.Equal(3, bench.Fog.Results.Single().Reason);
    }

    [Fact]
    public void Flash_without_room_makes_a_task_too_large()
    {
        var bench = new Bench();
        bench.Flash.CapacityBytes = 6000;
        bench.Fog.Add(Task(1));
        bench.Wake().UntilAsleep();
        Assert.Equal(3, bench.Fog.Results.Single().Reason);
        Assert.Empty(bench.Flash.Work);
    }

    [Fact]
    public void One_task_runs_while_the_next_ones_image_is_fetched()
    {
        var bench = new Bench();
        bench.Executor.Set([7], new() { Fuel = 2_000_000 });
        bench.Fog.Add(Task(1, [7]));
        bench.Fog.Add(Task(2));
        var fetchedAt = 0L;
        bench.Fog.Observer = m =>
        {
            if (m is NeedMessage { Offset: 16384 })
                fetchedAt = bench.NowMicros;
        };
        var woke = bench.NowMicros;
        bench.Wake().UntilAsleep();
        Assert.Equal(2, bench.Fog.Results.Count());
        Assert.InRange(fetchedAt - woke, 1, 1_000_000);
    }

    [Fact]
    public void Stop_ends_a_transfer_that_nobody_else_needs()
    {
        var bench = new Bench();
        bench.Fog.AnswersNeeds = false;
        bench.Fog.Add(Task(1));
        bench.Wake();
        bench.Fog.Mail.Clear();
        bench.Fog.SendStop(TaskFields.IdOf(1));
        bench.Settle();
        bench.Pass(TimeSpan.FromSeconds(1));
        Assert.True(bench.IsAsleep);
        Assert.Equal(0, bench.Agent.Drops.Of(DropReason.Malformed));
    }
}
