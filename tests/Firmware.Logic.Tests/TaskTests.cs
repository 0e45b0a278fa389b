using System.Security.Cryptography;
using Fog.Firmware.Logic;
using Fog.Firmware.Logic.Protocol;

namespace Fog.Firmware.Logic.Tests;

/// <summary>Tasks from order to result.</summary>
public class TaskTests
{
    private static readonly byte[] Image = [1, 2, 3];

    private static TaskFields Task(int number) => new() { Id = TaskFields.IdOf(number), Image = Image };

    [Fact]
    public void A_task_is_fetched_run_answered_and_forgotten_in_one_wake()
    {
        var bench = new Bench();
        bench.Fog.Add(Task(1) with { Arguments = [4, 5] });
        bench.Executor.Set(Image, new() { Fuel = 120_000 });

        bench.Wake().UntilAsleep();

        var result = bench.Fog.Results.Single();
        Assert.Equal(TaskFields.IdOf(1), result.TaskId);
        Assert.Equal((0, 0, 120_000L, 120_000L), (result.Status, result.Reason, result.FuelUsed, result.ExecuteMicros));
        Assert.Equal([1, 0, 3, 15, 0, 0], result.Value);
        Assert.Equal(SHA256.HashData(result.Value), result.Digest);
        Assert.Equal(900u, bench.SleptMillis);
        bench.WakeAgain().UntilAsleep();
        Assert.Single(bench.Fog.Results);
        Assert.Single(bench.Flash.Work);
    }

    [Fact]
    public void Lines_of_a_function_are_sent_as_information_and_bounded()
    {
        var bench = new Bench();
        bench.Fog.Add(Task(1));
        bench.Executor.Set(Image, new() { Lines = new(Enumerable.Range(0, 20).Select(i => $"line {i}")) });

        bench.Wake().UntilAsleep();

        var said = bench.Fog.Received.OfType<LogMessage>().ToList();
        Assert.Equal(Enumerable.Range(0, FirmwareLimits.LinesWaitingMax).Select(i => $"line {i}"), said.Select(l => l.Text));
        Assert.All(said, l => Assert.Equal(1, l.Level));
        Assert.Single(bench.Fog.Results);
    }

    [Fact]
    public void A_batch_is_worked_off_in_order_and_it_stays_awake_for_that()
    {
        var bench = new Bench();
        bench.Executor.Set(Image, new() { Fuel = 700_000 });
        for (var i = 1; i <= 5; i++)
            bench.Fog.Add(Task(i) with { Arguments = [(byte)i] });
        var woke = bench.NowMicros;

        bench.Wake().UntilAsleep();

        Assert.Equal([1, 2, 3, 4, 5], bench.Fog.Results.Select(r => r.Value[3] - 6));
        Assert.Equal(3_500_000, bench.NowMicros - woke);
    }

    [Fact]
    public void A_long_run_is_kept_alive_every_ten_seconds()
    {
        var bench = new Bench();
        bench.Executor.Set(Image, new() { Fuel = 35_000_000, HeapBytes = 5000 });
        bench.Fog.Add(Task(1));

        bench.Wake().UntilAsleep();

        var keepalives = bench.Fog.Received.OfType<KeepaliveMessage>().ToList();
        Assert.Equal(3, keepalives.Count);
        Assert.Equal((uint)(bench.Config.HeapBytes - 5000), keepalives[0].HeapFreeBytes);
        Assert.Equal(35_000_000, bench.Fog.Results.Single().ExecuteMicros);
    }

    [Fact]
    public void A_task_that_computes_for_more_than_a_minute_goes_on_in_the_next_wake()
    {
        var bench = new Bench();
        bench.Executor.Set(Image, new() { Fuel = 70_000_000 });
        bench.Fog.Add(Task(1));

        bench.Wake().UntilAsleep();

        Assert.Equal(60_000_000L, bench.Fog.Snapshots.Single().ExecuteMicros);
        Assert.Empty(bench.Fog.Results);

        bench.WakeAgain().UntilAsleep();

        Assert.Equal((0, 70_000_000L, 10_000_000L), bench.Fog.Results.Select(r => (r.Status, r.FuelUsed, r.ExecuteMicros)).Single());
    }

    [Fact]
    public void What_others_left_of_the_budget_is_not_held_against_a_task()
    {
        var bench = new Bench();
        bench.Executor.Set(Image, new() { Fuel = 40_000_000 });
        bench.Fog.Add(Task(1));
        bench.Fog.Add(Task(2));

        bench.Wake().UntilAsleep();
        Assert.Equal([TaskFields.IdOf(1)], bench.Fog.Results.Select(r => r.TaskId));

        bench.WakeAgain().UntilAsleep();
        Assert.Equal([TaskFields.IdOf(1), TaskFields.IdOf(2)], bench.Fog.Results.Select(r => r.TaskId));
        Assert.All(bench.Fog.Results, r => Assert.Equal(0, r.Status));
    }

    [Theory]
    [InlineData(RunFailure.ImageRejected, 1)]
    [InlineData(RunFailure.ArgumentsRejected, 2)]
    public void What_cannot_be_run_is_said(RunFailure refusal, int reason)
    {
        var bench = new Bench();
        bench.Executor.Set(Image, new() { Refusal = refusal });
        bench.Fog.Add(Task(1));
        bench.Wake().UntilAsleep();
        Assert.Equal((1, reason), (bench.Fog.Results.Single().Status, bench.Fog.Results.Single().Reason));
    }

    [Fact]
    public void What_does_not_fit_the_heap_is_refused_before_it_is_fetched_or_when_it_grows()
    {
        var bench = new Bench(c => c.HeapBytes = 10_000);
        bench.Fog.Add(Task(1) with { Image = new byte[9_000], Arguments = new byte[1001] });
        bench.Fog.Add(Task(2));
        bench.Executor.Set(Image, new() { Fuel = 1_000_000, HeapBytes = 10_001 });

        bench.Wake().UntilAsleep();

        Assert.Equal([3, 3], bench.Fog.Results.Select(r => r.Reason));
        Assert.DoesNotContain(bench.Fog.Received.OfType<NeedMessage>(), n => n.Digest.AsSpan().SequenceEqual(SHA256.HashData(new byte[9_000])));
    }

    [Fact]
    public void Stop_ends_a_run_at_the_next_slice()
    {
        var bench = new Bench();
        bench.Executor.Set(Image, new() { Fuel = 50_000_000 });
        bench.Fog.Add(Task(1));
        bench.Fog.Add(Task(2) with { Image = [9] });
        var woke = bench.NowMicros;
        bench.AfterSlice = () =>
        {
            if (bench.NowMicros - woke == 1_000_000)
            {
                bench.Fog.Mail.RemoveAt(0);
                bench.Fog.SendStop(TaskFields.IdOf(1));
            }
        };

        bench.Wake().UntilAsleep();

        Assert.Equal([TaskFields.IdOf(2)], bench.Fog.Results.Select(r => r.TaskId));
        Assert.True(bench.NowMicros - woke < 1_200_000);
    }

    [Fact]
    public void Stop_takes_a_waiting_task_out_and_drops_a_result()
    {
        var bench = new Bench();
        bench.Fog.AcceptsResults = false;
        bench.Executor.Set(Image, new() { Fuel = 500_000 });
        bench.Fog.Add(Task(1));
        bench.Fog.Add(Task(2));
        var slices = 0;
        bench.AfterSlice = () =>
        {
            if (++slices == 1)
            {
                bench.Fog.Mail.Clear();
                bench.Fog.SendStop(TaskFields.IdOf(2));
            }
        };
        bench.Wake();
        Assert.Equal([TaskFields.IdOf(1)], bench.Fog.Results.Select(r => r.TaskId));

        bench.Fog.SendStop(TaskFields.IdOf(1));
        bench.Settle();

        Assert.Equal(900u, bench.SleptMillis);
        bench.WakeAgain().UntilAsleep();
        Assert.Single(bench.Fog.Results);
    }

    [Fact]
    public void A_task_after_its_deadline_is_not_run()
    {
        var bench = new Bench();
        bench.Executor.Set(Image, new() { Fuel = 3_000_000 });
        bench.Fog.Add(Task(1) with { DeadlineMillis = 1_699_999_999_999 });
        bench.Fog.Add(Task(2));
        bench.Fog.Add(Task(3) with { DeadlineMillis = 1_700_000_007_000 });

        bench.Wake().UntilAsleep();

        Assert.Equal([TaskFields.IdOf(2)], bench.Fog.Results.Select(r => r.TaskId));
        Assert.Equal(2, bench.Agent.Drops.Of(DropReason.TooLate));
    }

    [Fact]
    public void The_same_task_twice_runs_once_and_a_known_result_is_sent_again()
    {
        var bench = new Bench();
        bench.Fog.AcceptsResults = false;
        bench.Fog.Add(Task(1));
        bench.Fog.Add(Task(1));
        bench.Wake();
        Assert.Single(bench.Fog.Results);

        bench.Fog.SendAccepted(TaskFields.IdOf(1), keep: true);
        bench.Fog.SendTask(Task(1));
        bench.Settle();

        Assert.Equal(2, bench.Fog.Results.Count());
        Assert.Equal(1, bench.Executor.Started);
    }

    [Fact]
    public void Tasks_beyond_its_memory_wait_in_the_fogs_mailbox_for_the_next_wake()
    {
        var bench = new Bench();
        for (var i = 1; i <= 20; i++)
            bench.Fog.Add(Task(i) with { Arguments = new byte[1000] });

        bench.Wake().UntilAsleep();
        var first = bench.Fog.Results.Count();
        Assert.Equal((10, 10), (first, bench.Agent.Drops.Of(DropReason.QueueFull)));

        bench.WakeAgain().UntilAsleep();
        Assert.Equal(20, bench.Fog.Results.Select(r => Convert.ToHexString(r.TaskId)).Distinct().Count());
    }

    [Fact]
    public void A_crash_in_the_middle_loses_nothing_that_the_fog_still_holds()
    {
        var bench = new Bench();
        bench.Executor.Set(Image, new() { Fuel = 1_000_000 });
        bench.Fog.Add(Task(1));
        var slices = 0;
        bench.AfterSlice = () =>
        {
            if (++slices == 5)
                bench.Crash();
        };
        bench.Wake();
        Assert.Empty(bench.Fog.Results);

        bench.Wake(WakeCause.Crash).UntilAsleep();

        Assert.Single(bench.Fog.Results);
        var hello = bench.Fog.Received.OfType<HelloMessage>().Last();
        Assert.Equal(2, hello.WakeCause);
        Assert.Single(hello.CachedImages);
        Assert.Equal(2, bench.Executor.Started);
    }

    [Fact]
    public void A_lost_connection_does_not_stop_a_run_and_the_result_goes_out_in_the_next_session()
    {
        var bench = new Bench();
        bench.Executor.Set(Image, new() { Fuel = 1_000_000 });
        bench.Fog.Add(Task(1));
        var slices = 0;
        bench.AfterSlice = () =>
        {
            if (++slices == 5)
                bench.Raise(DeviceEvent.Disconnected());
        };

        bench.Wake().UntilAsleep();

        Assert.Equal(2, bench.Connects);
        Assert.Equal(1, bench.Executor.Started);
        Assert.Single(bench.Fog.Results);
        Assert.Equal(1_000_000, bench.Fog.Results.Single().ExecuteMicros);
        Assert.Equal(900u, bench.SleptMillis);
    }

    [Fact]
    public void A_run_is_finished_even_when_the_broker_is_gone_for_good()
    {
        var bench = new Bench();
        bench.Executor.Set(Image, new() { Fuel = 1_000_000 });
        bench.Fog.Add(Task(1));
        var slices = 0;
        var woke = bench.NowMicros;
        bench.AfterSlice = () =>
        {
            if (++slices == 5)
            {
                bench.BrokerAnswers = false;
                bench.Raise(DeviceEvent.Disconnected());
            }
        };
        bench.Wake();
        Assert.Equal(1_000_000, bench.NowMicros - woke);
        Assert.InRange(bench.SleptMillis!.Value, 1500u, 2000u); // A period and the back-off of one failure.

        bench.BrokerAnswers = true;
        bench.WakeAgain().UntilAsleep();

        Assert.Equal(1, bench.Executor.Started);
        Assert.Single(bench.Fog.Results);
    }
}
