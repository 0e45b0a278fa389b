using Fog.Simulation.Faults;

namespace Fog.Simulation.Tests;

public class WorldsTests
{
    [Fact]
    public void Devices_are_dealt_out_evenly_and_each_world_has_a_seed_of_its_own()
    {
        var run = Runs.Of(7, FaultLevel.Light) with { Nodes = 23 };
        for (int count = 2; count <= run.Nodes; count++)
        {
            var worlds = Worlds.Of(run, count);

            Assert.Equal(count, worlds.Count);
            Assert.Equal(run.Nodes, worlds.Sum(static w => w.Nodes));
            Assert.InRange(worlds.Max(static w => w.Nodes) - worlds.Min(static w => w.Nodes), 0, 1);
            Assert.Equal(count, worlds.Select(static w => w.Seed).Distinct().Count());
            Assert.All(worlds, w => Assert.Equal(run, w with { Nodes = run.Nodes, Seed = run.Seed }));
            Assert.Equal(worlds, Worlds.Of(run, count));
        }
    }

    [Fact]
    public void One_world_is_the_run_itself()
    {
        var run = Runs.Of(7, FaultLevel.Light);
        var report = Runs.Run(run);

        Assert.Equal([run], Worlds.Of(run, 1));
        Assert.Equal(report.Digest, Worlds.Together(run, [report], report.RealTime).Digest);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(11)]
    public void There_are_no_worlds_without_devices(int count) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Worlds.Of(Runs.Of(7, FaultLevel.None), count));

    /// <summary>Nothing in the process is shared: what one world does beside another is what it does alone.</summary>
    [Fact]
    public async Task A_world_is_the_same_beside_others_as_alone()
    {
        var run = Runs.Of(7, FaultLevel.Heavy) with { Nodes = 20 };
        var worlds = Worlds.Of(run, 2);
        var beside = await Task.WhenAll(worlds.Select(static world => Task.Run(() => Runs.Run(world))));
        SimulationReport[] alone = [.. worlds.Reverse().Select(Runs.Run).Reverse()];

        Assert.Equal(alone.Select(static r => r.Digest), beside.Select(static r => r.Digest));
        var together = Worlds.Together(run, beside, TimeSpan.Zero);
        Assert.Equal(Worlds.Together(run, alone, TimeSpan.Zero).Digest, together.Digest);
        Assert.NotEqual(Worlds.Together(run, [.. beside.Reverse()], TimeSpan.Zero).Digest, together.Digest);
        Assert.Equal(alone.Sum(static r => r.Events), together.Events);
        Assert.Equal(alone.Sum(static r => r.Outcomes.Values.Sum()), together.Outcomes.Values.Sum());
        Assert.Equal(alone.Sum(static r => r.FaultsInjected.GetValueOrDefault("device crash")), together.FaultsInjected.GetValueOrDefault("device crash"));
    }
}
