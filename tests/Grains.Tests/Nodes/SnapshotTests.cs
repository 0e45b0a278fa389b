using System.Collections.Immutable;
using Fog.Grains.Interfaces.Blobs;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Invocations;
using Fog.Grains.Interfaces.Nodes;
using Fog.Grains.Tests.Site;
using Fog.Wasm.Format;

namespace Fog.Grains.Tests.Nodes;

/// <summary>Tasks that take several wakes: their snapshots are checked, kept for their seat, and gone on from.</summary>
public class SnapshotTests
{
    [Fact]
    public async Task A_task_that_outlives_its_wake_is_sent_again_with_its_snapshot_and_ends()
    {
        await using var site = await TestSite.WithCluster(3);
        var snapshot = await Snapshots.One(site);
        foreach (var device in site.Devices)
        {
            device.Suspend = task => task.Snapshot is null ? snapshot : null;
        }

        await site.Invoke("call");
        var done = await site.Outcome("call");

        Assert.Equal("42", await site.Call("call").ResultJson());
        Assert.Equal(2 * (0.52 + 0.07) * 0.260 * 3.3, done.Outcome!.Joules, 9);
        foreach (var device in site.Devices.Where(d => d.TasksSeen.Count > 1))
        {
            Assert.Equal([null, Digest.Of(snapshot.AsSpan())], device.TasksSeen.Select(t => t.Task.Snapshot?.Digest));
            Assert.Contains(device.Seen, m => m is AcceptedDownlink { Keep: true });
        }
    }

    [Fact]
    public async Task A_large_snapshot_is_fetched_checked_and_kept()
    {
        await using var site = await TestSite.WithCluster(3);
        await DeployLarge(site);
        var snapshot = await Snapshots.One(site);
        Assert.True(snapshot.Length > BlobValue.InlineBytesMax);
        foreach (var device in site.Devices)
        {
            device.Suspend = task => task.Snapshot is null ? snapshot : null;
        }

        await site.Invoke("call");
        await site.Outcome("call");

        Assert.Equal("42", await site.Call("call").ResultJson());
        Assert.Contains(site.Devices, d => d.Seen.Any(m => m is FetchDownlink f && f.Digest == Digest.Of(snapshot.AsSpan())));
        Assert.True((await site.Host.GrainFactory.GetGrain<IBlobGrain>(Digest.Of(snapshot.AsSpan()).Hex).Get())!.Bytes.SequenceEqual(snapshot));
    }

    [Fact]
    public async Task The_seat_of_a_device_that_dies_goes_on_elsewhere_from_its_snapshot_and_no_other_seat_does()
    {
        await using var site = await TestSite.WithCluster(5);
        var snapshot = await Snapshots.One(site);
        await site.Invoke("call");
        var first = site.Devices.MinBy(d => d.NextWake)!;
        first.Suspend = _ => snapshot;
        foreach (var device in site.Devices.Where(d => d != first))
        {
            device.Compute = task => task.Snapshot is null ? null : TestSite.Value(42); // Without it, silent.
        }

        await site.Run(TimeSpan.FromSeconds(11));
        Assert.Contains(first.Seen, m => m is AcceptedDownlink { Keep: true });
        first.IsDead = true;
        await site.Run(TimeSpan.FromSeconds(120));

        var heir = Assert.Single(site.Devices, d => d != first && d.TasksSeen.Any(t => t.Task.Snapshot is not null));
        Assert.Equal(Digest.Of(snapshot.AsSpan()), heir.TasksSeen[0].Task.Snapshot!.Digest);
        Assert.Equal(1, (await site.Call("call").Describe()).Tally.For);
    }

    [Fact]
    public async Task A_snapshot_that_is_none_costs_the_device_its_vote_and_the_call_nothing()
    {
        await using var site = await TestSite.WithCluster(3);
        var snapshot = await Snapshots.One(site);
        var forger = site.Devices.MinBy(d => d.NextWake)!;
        forger.Suspend = _ => [.. snapshot[..^1], (byte)(snapshot[^1] ^ 1)];

        await site.Invoke("call");
        var done = await site.Outcome("call");

        Assert.Equal("42", await site.Call("call").ResultJson());
        Assert.Equal(forger.Id, Assert.Single(done.Tally.Dissenters));
        Assert.Single(forger.TasksSeen);
        Assert.Contains(forger.Seen, m => m is AcceptedDownlink { Keep: false });
    }

    [Fact]
    public async Task A_snapshot_of_another_function_is_refused()
    {
        await using var site = await TestSite.WithCluster(3);
        var other = await Snapshots.One(site);
        await DeployLarge(site);
        site.Devices.ForEach(d => d.Suspend = _ => other);

        await site.Invoke("call");
        var done = await site.Outcome("call");

        Assert.Equal(Interfaces.FogError.NoMajority, done.Outcome!.Error);
    }

    [Fact]
    public async Task A_repeated_snapshot_is_acknowledged_again_and_counted_once()
    {
        await using var site = await TestSite.WithCluster(3);
        var snapshot = await Snapshots.One(site);
        await site.Invoke("call");
        var device = site.Devices.MinBy(d => d.NextWake)!;
        device.Suspend = _ => snapshot;
        await site.Advance(device.NextWake - site.Now);
        await device.Wake();
        await device.Work();
        var task = device.TasksSeen.Single().Task.Id;
        await device.Say(FakeDevice.Snapshot(task, snapshot));
        await device.Work();
        await device.Sleep();
        await site.Advance(device.NextWake - site.Now);
        await device.Wake();
        device.Suspend = static _ => null;
        await device.Work();

        Assert.Equal(2, device.Seen.Count(m => m is AcceptedDownlink { Keep: true }));
        Assert.Equal(1, device.TasksSeen[^1].Task.Snapshot!.Number);
    }

    [Fact]
    public async Task A_snapshot_of_a_task_that_nobody_waits_for_is_forgotten()
    {
        await using var site = await TestSite.WithCluster(3);
        var snapshot = await Snapshots.One(site);
        var device = site.Devices[0];
        await site.Run(device.NextWake - site.Now - TimeSpan.FromMilliseconds(1));
        await site.Advance(TimeSpan.FromMilliseconds(1));
        await device.Wake();
        await device.Say(FakeDevice.Snapshot(new TaskId(new string('a', 32)), snapshot));
        await device.Work();

        Assert.Contains(device.Seen, m => m is AcceptedDownlink { Keep: false });
    }

    [Fact]
    public async Task A_snapshot_that_was_acknowledged_survives_a_crash_of_the_silo()
    {
        await using var site = await TestSite.WithCluster(3);
        var snapshot = await Snapshots.One(site);
        foreach (var device in site.Devices)
        {
            device.Suspend = task => task.Snapshot is null ? snapshot : null;
        }

        await site.Invoke("call");
        var first = site.Devices.MinBy(d => d.NextWake)!;
        await site.Advance(first.NextWake - site.Now);
        await first.Wake();
        await first.Work();
        Assert.Contains(first.Seen, m => m is AcceptedDownlink { Keep: true });
        await site.Crash();
        first.IsDead = true;
        await site.Outcome("call");

        Assert.Equal("42", await site.Call("call").ResultJson());
    }

    [Fact]
    public async Task A_device_that_never_comes_to_an_end_loses_its_seat()
    {
        await using var site = await TestSite.WithCluster(3, periodSeconds: 1);
        var snapshots = await Snapshots.Many(site, GrainLimits.SnapshotsMax + 1);
        var endless = site.Devices.MinBy(d => d.NextWake)!;
        foreach (var device in site.Devices.Where(d => d != endless))
        {
            device.Compute = static _ => null;
        }

        endless.Suspend = task => snapshots[task.Snapshot?.Number ?? 0];
        await site.Invoke("call", timeoutSeconds: 3600);
        await site.Run(TimeSpan.FromSeconds(GrainLimits.SnapshotsMax + 10));

        var status = await site.Call("call").Describe();
        Assert.Equal(endless.Id, Assert.Single(status.Tally.Dissenters));
        Assert.Equal(GrainLimits.SnapshotsMax, endless.TasksSeen[^1].Task.Snapshot!.Number);
    }

    private static FunctionManifest Manifest { get; } = new("square", "2", [new("x", new FogType(FogKind.I32))], new FogType(FogKind.I32), 3);

    private static Task DeployLarge(TestSite site)
    {
        var data = Enumerable.Range(1, 4000).Select(static i => (byte)((i * 31) | 1)).ToArray();
        var module = new Module
        {
            Types = [Manifest.ExportType],
            Functions = [new(0, [], [Instruction.WithIndex(Opcode.LocalGet, 0), Instruction.WithIndex(Opcode.LocalGet, 0), Opcode.I32Mul, Opcode.End])],
            Memories = [new(new Limits(1, null))],
            Data = [new(SegmentMode.Active, [.. data], [Instruction.I32Const(0), Opcode.End])],
            Exports = [new("square", ExternalKind.Function, 0)],
            CustomSections = [Manifest.ToSection()],
        };
        return site.Host.GrainFactory.GetGrain<Interfaces.Functions.IFunctionGrain>($"{TestSite.Tenant}/square").Deploy([.. ModuleWriter.Write(module)]);
    }
}
