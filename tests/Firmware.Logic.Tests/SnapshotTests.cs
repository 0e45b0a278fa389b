using System.Security.Cryptography;
using Fog.Firmware.Logic.Protocol;

namespace Fog.Firmware.Logic.Tests;

/// <summary>Tasks that take longer than one wake may compute.</summary>
public class SnapshotTests
{
    private static readonly byte[] Id = TaskFields.IdOf(1);

    // A budget is 2,000,000 units at this device's speed.
    private static Bench Bench(long fuel, int snapshotBytes = 0, Action<DeviceConfig>? configure = null)
    {
        var bench = new Bench(config =>
        {
            config.ComputeMicrosMax = 2_000_000;
            configure?.Invoke(config);
        });
        var task = new TaskFields { Id = Id, Fuel = 100_000_000 };
        bench.Executor.Set(task.Image, new ScriptedExecutor.Script { Fuel = fuel, SnapshotBytes = snapshotBytes });
        bench.Fog.Add(task);
        return bench;
    }

    [Fact]
    public void A_task_longer_than_three_compute_budgets_goes_on_from_wake_to_wake_and_ends()
    {
        var bench = Bench(fuel: 7_000_000);
        bench.Wake().UntilAsleep();
        for (var wake = 0; wake < 3; wake++)
            bench.WakeAgain().UntilAsleep();

        Assert.Equal([0, 2_000_000, 4_000_000, 6_000_000], bench.Executor.StartedAt);
        Assert.Equal([2_000_000, 4_000_000, 6_000_000], bench.Fog.Snapshots.Select(s => s.FuelUsed));
        Assert.All(bench.Fog.Snapshots, s => Assert.Equal(2_000_000, s.ExecuteMicros));
        var result = Assert.Single(bench.Fog.Results);
        Assert.Equal((0, 7_000_000L, 1_000_000L), (result.Status, result.FuelUsed, result.ExecuteMicros));
        Assert.Empty(bench.Fog.Mail);
    }

    [Fact]
    public void Its_own_snapshot_is_not_fetched_again()
    {
        var bench = Bench(fuel: 3_000_000, snapshotBytes: 100);
        bench.Wake().UntilAsleep();
        bench.WakeAgain().UntilAsleep();

        Assert.Single(bench.Fog.Results);
        Assert.DoesNotContain(bench.Fog.Received.OfType<NeedMessage>(), n => n.Digest.AsSpan().SequenceEqual(bench.Fog.Snapshots.Single().Digest));
    }

    [Fact]
    public void After_a_loss_of_memory_it_goes_on_from_what_the_fog_recorded()
    {
        var bench = Bench(fuel: 3_000_000, snapshotBytes: 3000);
        bench.Wake().UntilAsleep();
        bench.Rtc = null;
        bench.WakeAgain().UntilAsleep();

        Assert.Equal([0, 2_000_000], bench.Executor.StartedAt);
        Assert.Contains(bench.Fog.Received.OfType<NeedMessage>(), n => n.Digest.AsSpan().SequenceEqual(bench.Fog.Snapshots.First().Digest));
        Assert.Equal(3_000_000, Assert.Single(bench.Fog.Results).FuelUsed);
    }

    [Fact]
    public void A_task_that_somebody_else_began_goes_on_where_that_one_stood()
    {
        var bench = Bench(fuel: 5_000_000);
        bench.Fog.Mail[0] = bench.Fog.Mail[0] with { Snapshot = BitConverter.GetBytes(4_500_000L) };
        bench.Fog.AddBlob(bench.Fog.Mail[0].Snapshot);
        bench.Wake().UntilAsleep();

        Assert.Equal([4_500_000], bench.Executor.StartedAt);
        Assert.Equal(500_000, Assert.Single(bench.Fog.Results).ExecuteMicros);
    }

    [Fact]
    public void A_large_snapshot_is_handed_over_in_chunks()
    {
        var bench = Bench(fuel: 3_000_000, snapshotBytes: 5000);
        bench.Wake().UntilAsleep();

        var snapshot = Assert.Single(bench.Fog.Snapshots, s => s.Value.Length == 0);
        Assert.Equal(5008u, snapshot.SizeBytes);
        Assert.Equal(snapshot.Digest, SHA256.HashData(bench.Fog.Fetched(snapshot.Digest)));
    }

    [Theory]
    [InlineData(0, 1_750_000)]
    [InlineData(1_000_000, 2_000_000)]
    public void With_little_budget_left_a_run_is_put_off_at_a_checkpoint_if_it_can_be_kept(int snapshotBytes, long fuelUsed)
    {
        var bench = Bench(fuel: 3_000_000);
        bench.Executor.Set(bench.Fog.Mail[0].Image, new ScriptedExecutor.Script { Fuel = 3_000_000, SnapshotBytes = snapshotBytes, HasCheckpoints = true });
        bench.Wake().UntilAsleep();

        // An eighth of the budget, in slices; where no snapshot can be kept the run has all of it.
        var ended = snapshotBytes == 0 ? bench.Fog.Snapshots.First().FuelUsed : Assert.Single(bench.Fog.Results).FuelUsed;
        Assert.InRange(ended, fuelUsed, fuelUsed + 100_000);
        Assert.Equal(snapshotBytes == 0, !bench.Fog.Results.Any());
    }

    [Fact]
    public void A_snapshot_that_nobody_acknowledges_is_offered_again_in_the_next_session_while_the_task_goes_on()
    {
        var bench = Bench(fuel: 3_000_000);
        bench.Fog.AcceptsSnapshots = false;
        bench.Wake().UntilAsleep();
        Assert.NotEmpty(bench.Fog.Snapshots);
        bench.WakeAgain().UntilAsleep();

        Assert.Equal([0, 2_000_000], bench.Executor.StartedAt);
        Assert.Equal(3_000_000, Assert.Single(bench.Fog.Results).FuelUsed);
    }

    [Fact]
    public void A_snapshot_that_nobody_needs_any_more_is_dropped_and_its_task_not_run_on()
    {
        var bench = Bench(fuel: 3_000_000);
        bench.Fog.AcceptsSnapshots = false;
        bench.Fog.Observer = message =>
        {
            if (message is SnapshotMessage)
            {
                bench.Fog.Mail.Clear();
                bench.Fog.SendAccepted(Id, keep: false);
            }
        };
        bench.Wake().UntilAsleep();
        var flash = bench.Flash.Names().Length;
        bench.WakeAgain().UntilAsleep();

        Assert.Single(bench.Executor.StartedAt);
        Assert.Empty(bench.Fog.Results);
        Assert.Equal(flash, bench.Flash.Names().Length);
        Assert.Single(bench.Fog.Snapshots);
    }

    [Theory]
    [InlineData(1_000_000, "beyond the largest blob")]
    [InlineData(96_000, "beyond the heap")]
    public void A_snapshot_too_large_to_be_kept_ends_the_task(int snapshotBytes, string why)
    {
        var bench = Bench(fuel: 3_000_000, snapshotBytes);
        bench.Wake().UntilAsleep();

        Assert.True(Assert.Single(bench.Fog.Results) is { Status: 1, Reason: (int)RunFailure.ComputeBudgetExceeded }, why);
    }

    [Fact]
    public void A_snapshot_too_large_for_flash_ends_the_task()
    {
        var bench = Bench(fuel: 3_000_000, snapshotBytes: 5000, config => config.ResultBudgetBytes = 4000);
        bench.Wake().UntilAsleep();

        Assert.True(Assert.Single(bench.Fog.Results) is { Status: 1, Reason: (int)RunFailure.TooLargeForHeap });
    }

    [Fact]
    public void Power_lost_at_any_moment_of_a_long_task_costs_time_but_no_result()
    {
        for (var slice = 1; slice < 60; slice += 4)
        {
            var bench = Bench(fuel: 5_000_000);
            var slices = 0;
            bench.AfterSlice = () =>
            {
                if (++slices == slice)
                    bench.Crash();
            };
            bench.Wake();
            for (var wake = 0; wake < 6 && !bench.Fog.Results.Any(); wake++)
            {
                if (!bench.IsAsleep)
                    bench.UntilAsleep();
                if (!bench.Fog.Results.Any())
                    bench.WakeAgain();
            }

            Assert.Equal(5_000_000, Assert.Single(bench.Fog.Results).FuelUsed);
        }
    }
}
