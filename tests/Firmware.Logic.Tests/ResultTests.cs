using System.Security.Cryptography;

namespace Fog.Firmware.Logic.Tests;

/// <summary>Results: kept, repeated, fetched.</summary>
public class ResultTests
{
    private static readonly byte[] Image = [1, 2, 3];
    private static readonly byte[] Large = [.. Enumerable.Range(0, 20_000).Select(i => (byte)(i * i >> 3))];

    private static TaskFields Task(int number) => new() { Id = TaskFields.IdOf(number), Image = Image };

    [Fact]
    public void A_result_is_repeated_within_the_session_and_in_every_session_until_it_is_accepted()
    {
        var bench = new Bench();
        bench.Fog.AcceptsResults = false;
        bench.Fog.Add(Task(1));
        var woke = bench.NowMicros;
        var times = new List<long>();
        bench.Fog.Observer = m =>
        {
            if (m is ResultMessage)
                times.Add(bench.NowMicros - woke);
        };

        bench.Wake().UntilAsleep();
        Assert.Equal([1_000, 2_001_000, 6_001_000], times);
        Assert.InRange(bench.NowMicros - woke, 9_000_000, 10_002_000);
        Assert.Equal(900u, bench.SleptMillis);

        bench.Fog.Mail.Clear();
        bench.Rtc = [.. bench.Rtc!];
        bench.WakeAgain();
        Assert.Equal(4, bench.Fog.Results.Count());
        Assert.Equal(1, bench.Executor.Started);

        bench.Fog.SendAccepted(TaskFields.IdOf(1), keep: false);
        bench.Settle();
        bench.UntilAsleep().WakeAgain().UntilAsleep();
        Assert.Equal(4, bench.Fog.Results.Count());
    }

    [Fact]
    public void A_kept_result_is_not_sent_again_unasked_and_can_be_fetched_over_sleeps()
    {
        var bench = new Bench();
        bench.Fog.AcceptsResults = false;
        bench.Executor.Set(Image, new() { Result = Large });
        bench.Fog.Add(Task(1));
        bench.Wake();
        bench.Fog.Mail.Clear();
        var result = bench.Fog.Results.Single();
        Assert.Equal((20_000u, 0), (result.SizeBytes, result.Value.Length));
        Assert.Equal(SHA256.HashData(Large), result.Digest);

        bench.Fog.SendAccepted(TaskFields.IdOf(1), keep: true);
        bench.Settle();
        bench.UntilAsleep().WakeAgain();
        Assert.Single(bench.Fog.Results);

        for (var offset = 0; offset < Large.Length; offset += 8192)
        {
            bench.Fog.SendNeed(result.Digest, (uint)offset, 8);
            bench.Settle();
            if (offset == 0)
                bench.UntilAsleep().WakeAgain();
        }

        Assert.Equal(Large, bench.Fog.Fetched(result.Digest));
        bench.Fog.SendAccepted(TaskFields.IdOf(1), keep: false);
        bench.Settle();
        bench.Fog.SendNeed(result.Digest, 0, 1);
        bench.Settle();
        var unknown = bench.Fog.Received.OfType<ChunkMessage>().Last();
        Assert.Equal((0u, 0u, 0), (unknown.TotalBytes, unknown.Offset, unknown.Data.Length));
    }

    [Fact]
    public void It_stays_awake_while_a_value_is_being_fetched()
    {
        var bench = new Bench();
        bench.Fog.AcceptsResults = false;
        bench.Executor.Set(Image, new() { Result = Large });
        bench.Fog.Add(Task(1));
        bench.Wake();
        bench.Fog.Mail.Clear();
        var digest = bench.Fog.Results.Single().Digest;
        bench.Fog.SendAccepted(TaskFields.IdOf(1), keep: true);
        bench.Fog.SendNeed(digest, 0, 8);
        bench.Settle();

        bench.Pass(TimeSpan.FromSeconds(1));
        Assert.False(bench.IsAsleep);
        bench.Fog.SendNeed(digest, 8192, 8);
        bench.Fog.SendNeed(digest, 16384, 8);
        bench.Settle();

        Assert.Equal(Large, bench.Fog.Fetched(digest));
        Assert.True(bench.IsAsleep);
    }

    [Fact]
    public void No_more_than_four_publications_are_on_their_way()
    {
        var bench = new Bench();
        bench.Fog.AcceptsResults = false;
        bench.Executor.Set(Image, new() { Result = Large });
        bench.Fog.Add(Task(1));
        bench.Wake();
        bench.BrokerAcknowledges = false;

        bench.Fog.SendNeed(bench.Fog.Results.Single().Digest, 0, 8);
        bench.Settle();

        Assert.Equal(4, bench.Fog.Received.OfType<ChunkMessage>().Count());
    }

    [Fact]
    public void The_oldest_kept_value_gives_way_when_sixteen_are_held()
    {
        var bench = new Bench();
        bench.Fog.AcceptsResults = false;
        bench.Fog.Observer = m =>
        {
            if (m is ResultMessage r)
                bench.Fog.SendAccepted(r.TaskId, keep: true);
        };
        for (var i = 1; i <= 17; i++)
            bench.Fog.Add(Task(i) with { Arguments = [(byte)i] });

        bench.Wake().UntilAsleep();

        Assert.Equal(17, bench.Fog.Results.Count());
        bench.Fog.Mail.Clear();
        bench.WakeAgain();
        foreach (var result in bench.Fog.Results.Take(2).ToArray())
            bench.Fog.SendNeed(result.Digest, 0, 1);
        bench.Settle();
        Assert.Equal([0u, 6u], bench.Fog.Received.OfType<ChunkMessage>().Select(c => c.TotalBytes));
    }

    [Fact]
    public void With_sixteen_results_unaccepted_no_other_task_starts()
    {
        var bench = new Bench();
        bench.Fog.AcceptsResults = false;
        for (var i = 1; i <= 18; i++)
            bench.Fog.Add(Task(i));

        bench.Wake();
        Assert.Equal(16, bench.Executor.Started);

        bench.Fog.SendAccepted(TaskFields.IdOf(1), keep: false);
        bench.Settle();
        Assert.Equal(17, bench.Executor.Started);
    }

    [Fact]
    public void A_value_that_flash_has_no_room_for_was_too_large()
    {
        var bench = new Bench(c => c.ResultBudgetBytes = 10_000);
        bench.Executor.Set(Image, new() { Result = Large });
        bench.Fog.Add(Task(1));
        bench.Wake().UntilAsleep();
        Assert.Equal((1, 3, 0u), (bench.Fog.Results.Single().Status, bench.Fog.Results.Single().Reason, bench.Fog.Results.Single().SizeBytes));
    }

    [Fact]
    public void A_failure_is_repeated_over_sleeps_like_a_value()
    {
        var bench = new Bench();
        bench.Fog.AcceptsResults = false;
        bench.Executor.Set(Image, new() { Refusal = Logic.Protocol.RunFailure.ImageRejected });
        bench.Fog.Add(Task(1));
        bench.Wake().UntilAsleep();
        bench.Fog.Mail.Clear();
        var before = bench.Fog.Results.Count();

        bench.Fog.AcceptsResults = true;
        bench.WakeAgain().UntilAsleep();

        Assert.Equal(before + 1, bench.Fog.Results.Count());
        Assert.Equal(1, bench.Executor.Started);
        Assert.All(bench.Fog.Results, r => Assert.Equal((1, 1), (r.Status, r.Reason)));
    }
}
